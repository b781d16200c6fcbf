import { aboutOrder, inSpan, type MetricLabels, type Metrics, orderIdIn } from '@toko/runtime'
import type { PaymentProvider, Stock } from '../ports.ts'

type Step = MetricLabels<'toko_saga_step_failures_total'>['step']

/** Steps of the saga that call a neighbour: each in a span of its own, and counted when no usable answer came. */
export function meteredSteps(metrics: Metrics) {
  const failures = metrics.counter('toko_saga_step_failures_total')

  function take<T>(step: Step, orderId: string, hasFailed: (answer: T) => boolean, call: () => Promise<T>): Promise<T> {
    const run = async () => {
      let isDone = false
      try {
        const answer = await call()
        isDone = !hasFailed(answer)
        return answer
      } finally {
        if (!isDone) failures.inc({ step })
      }
    }
    return aboutOrder(orderId, () => inSpan('order', `saga ${step}`, { 'toko.saga.step': step }, run))
  }

  const stockStep = <T>(name: Step, { _id }: { readonly _id: string }, call: () => Promise<T | undefined>) =>
    take(name, _id, (answer) => answer === undefined, call)
  const paymentStep = <T extends { readonly kind: string }>(name: Step, key: string, call: () => Promise<T>) =>
    take(name, orderIdIn(key) ?? key, ({ kind }) => kind === 'unknown', call)

  return {
    stock: (stock: Stock): Stock => ({
      reserve: (order) => stockStep('reserve', order, () => stock.reserve(order)),
      release: (order) => stockStep('release', order, () => stock.release(order)),
      allocate: (order) => stockStep('allocate', order, () => stock.allocate(order)),
      free: (order) => stockStep('free', order, () => stock.free(order)),
      consume: (order, shipment) => stockStep('consume', order, () => stock.consume(order, shipment)),
      restock: (order, refund) => stockStep('restock', order, () => stock.restock(order, refund)),
    }),
    provider: (provider: PaymentProvider): PaymentProvider => ({
      authorise: (order, payment) => paymentStep('authorise', payment.key, () => provider.authorise(order, payment)),
      void: (key) => paymentStep('void', key, () => provider.void(key)),
      capture: (key) => paymentStep('capture', key, () => provider.capture(key)),
      query: provider.query,
      refund: (key, refund) => paymentStep('refund', key, () => provider.refund(key, refund)),
    }),
  }
}
