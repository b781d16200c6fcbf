import { invariantIds } from '@toko/audit'
import type { Reconciliation } from '@toko/contracts'
import { createHttpClient, serviceToken } from '@toko/http'
import { type Clock, type Logger, type Metrics, type Part, repeat } from '@toko/runtime'
import type { mongo } from 'mongoose'
import { httpNeighbourBooks } from '../clients/http-neighbour-books.ts'
import { meteredReconciliation } from '../clients/metered-reconciliation.ts'
import type { OrderConfig } from '../config.ts'
import { makeReconcile } from '../features/reconcile.ts'
import { mongoOrderAuditStore } from '../store/mongo-order-audit-store.ts'
import type { StoredOrder } from '../store/order-query-store.ts'

interface Deps {
  readonly orders: mongo.Collection<StoredOrder>
  readonly clock: Clock
  readonly log: Logger
  readonly metrics: Metrics
}

/** Nobody waits for these calls, and the sums of a long ledger take a while. */
const callMs = 10_000
/** 500 reservations, or 20 SKUs that 5,000 orders hold each. */
const maxAnswerBytes = 32 * 1_048_576

/** The reconciliation with clients of its own, so that it takes no connection from orders. Every replica runs it: it only reads. */
export function reconciliation(
  config: OrderConfig,
  { orders, clock, log, metrics }: Deps,
): { readonly report: () => Reconciliation; readonly parts: readonly Part[] } {
  const client = (target: string, baseUrl: string, secret: string) =>
    createHttpClient({
      name: 'order',
      target: `${target}-service`,
      baseUrl,
      authorization: serviceToken('order', target, secret),
      timeoutMs: callMs,
      maxConcurrent: 1,
      maxAnswerBytes,
      log,
      metrics,
    })
  const product = client('product', config.productUrl, config.toProductSecret)
  const payment = client('payment', config.paymentUrl, config.toPaymentSecret)
  const { run, report } = makeReconcile({
    orders: mongoOrderAuditStore(orders),
    neighbours: httpNeighbourBooks(product, payment),
    outcome: meteredReconciliation(invariantIds, metrics, log),
    clock,
    limits: config,
  })
  const job = repeat({ name: 'order reconciliation', everyMs: config.reconcileEveryMs, log, run })
  return { report, parts: [product, payment, job] }
}
