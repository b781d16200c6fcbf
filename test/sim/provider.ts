import type { PaymentMethod } from '@toko/contracts'
import type { CallOptions, ServiceClient } from '@toko/http'
import { paymentView } from '../../services/payment/src/domain/views.ts'
import { makeAuthorisePayment } from '../../services/payment/src/features/authorise-payment.ts'
import { makeCapturePayment } from '../../services/payment/src/features/capture-payment.ts'
import { makeQueryPayment } from '../../services/payment/src/features/query-payment.ts'
import { makeRefundPayment } from '../../services/payment/src/features/refund-payment.ts'
import { makeVoidPayment } from '../../services/payment/src/features/void-payment.ts'
import type { PaymentStore } from '../../services/payment/src/store/payment-store.ts'
import { codeOf } from './codes.ts'
import type { CallFault } from './fault-kinds.ts'
import { callService } from './network.ts'
import { type Replica, type ServiceClock, SimulatedFault } from './replica.ts'
import type { World } from './world.ts'

interface Asked {
  readonly operation: 'authorise' | 'void' | 'capture' | 'refund' | 'query'
  readonly key: string
  readonly refundKey?: string
  readonly body: {
    readonly amountMinor: number
    readonly currency: 'IDR'
    readonly method: PaymentMethod
    readonly orderId: string
  }
}

export const cardTimings = { slowCardMs: 1500, processingMs: 500, lateApprovalMs: 8000 }

/** The payment service's routes in one replica: its real features, its real view. */
export function paymentRoutes(world: World, store: PaymentStore, clock: ServiceClock) {
  const books = { store, clock, pause: (ms: number) => world.sleep(ms) }
  const authorise = makeAuthorisePayment({ ...books, timings: cardTimings })
  const [voidPayment, capture, refund] = [makeVoidPayment(books), makeCapturePayment(books), makeRefundPayment(books)]
  const query = makeQueryPayment(store)
  return async ({ operation, key, refundKey, body }: Asked): Promise<unknown> => {
    switch (operation) {
      case 'authorise':
        return paymentView((await authorise(key, body)).payment)
      case 'void':
        return paymentView((await voidPayment(key)).payment)
      case 'capture':
        return paymentView((await capture(key, undefined)).payment)
      case 'refund':
        return (await refund(key, refundKey!, body)).refund
      case 'query':
        return paymentView(await query(key))
    }
  }
}

function askedBy({ method, path, params, body }: CallOptions<never>): Asked {
  const [, , , action] = path.split('/')
  const operation =
    method === 'GET' ? 'query' : action === undefined ? 'authorise' : action === 'refunds' ? 'refund' : action
  return {
    operation: operation as Asked['operation'],
    key: String(params!['key']),
    ...(params!['refundKey'] === undefined ? {} : { refundKey: String(params!['refundKey']) }),
    body: body as Asked['body'],
  }
}

/** What the provider makes of a call when it misbehaves; its ledger is true even then. */
function twisted(
  fault: CallFault,
  asked: Asked,
  serve: (asked: Asked) => Promise<unknown>,
  world: World,
): Promise<unknown> | undefined {
  const quietly = () => serve(asked).catch(() => {})
  const fails = () => {
    throw new SimulatedFault(fault)
  }
  switch (fault) {
    case 'psp-error-before':
      return Promise.reject(new SimulatedFault(fault))
    case 'psp-error-after':
      return quietly().then(fails)
    case 'psp-late-effect':
      world.after(world.longMs(), () => void quietly())
      return Promise.reject(new SimulatedFault(fault))
    case 'psp-wrong-amount':
      // Less than asked for is authorised, and the answer says so.
      if (asked.operation !== 'authorise') return undefined
      return serve({ ...asked, body: { ...asked.body, amountMinor: asked.body.amountMinor - 1 } })
    default:
      return undefined
  }
}

interface ClientOptions {
  readonly targets: readonly Replica[]
  readonly routesOf: (replica: Replica) => ReturnType<typeof paymentRoutes>
  /** The provider can't be reached now. */
  readonly isDown: () => boolean
}

/** The client of the order service towards the provider, without a transport. */
export function providerClient(from: Replica, { targets, routesOf, isDown }: ClientOptions): ServiceClient {
  return {
    name: 'payment client',
    async call(options) {
      const asked = askedBy(options as unknown as CallOptions<never>)
      const body = await callService({
        from,
        to: 'payment',
        targets: isDown() ? [] : targets,
        what: from.world.timeline ? `${asked.operation} ${asked.key.slice(-4)}` : asked.operation,
        code: codeOf(asked.operation),
        place: 'psp',
        timeoutMs: 10_000,
        serve: (replica) => routesOf(replica)(asked),
        twist: (fault, replica) => twisted(fault, asked, routesOf(replica), from.world),
      })
      return { status: 200, body, headers: { get: () => null } } as never
    },
  }
}
