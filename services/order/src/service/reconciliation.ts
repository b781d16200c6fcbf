import { invariantIds } from '@toko/audit'
import type { Reconciliation } from '@toko/contracts'
import { type Clock, type Logger, type Metrics, type Part, repeat } from '@toko/runtime'
import type { mongo } from 'mongoose'
import { meteredReconciliation } from '../clients/metered-reconciliation.ts'
import { remoteNeighbourBooks } from '../clients/remote-neighbour-books.ts'
import type { OrderConfig } from '../config.ts'
import { makeReconcile } from '../features/reconcile.ts'
import { mongoOrderAuditStore } from '../store/mongo-order-audit-store.ts'
import type { StoredOrder } from '../store/order-query-store.ts'
import type { neighbourClients } from './neighbour-clients.ts'

interface Deps {
  readonly orders: mongo.Collection<StoredOrder>
  readonly neighbours: ReturnType<typeof neighbourClients>
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
  { orders, neighbours, clock, log, metrics }: Deps,
): { readonly report: () => Reconciliation; readonly parts: readonly Part[] } {
  const limits = { timeoutMs: callMs, maxConcurrent: 1, maxAnswerBytes }
  const product = neighbours.bookClient('product', limits)
  const payment = neighbours.bookClient('payment', limits)
  const { run, report } = makeReconcile({
    orders: mongoOrderAuditStore(orders),
    neighbours: remoteNeighbourBooks(product.client, payment.client),
    outcome: meteredReconciliation(invariantIds, metrics, log),
    clock,
    limits: config,
  })
  const job = repeat({ name: 'order reconciliation', everyMs: config.reconcileEveryMs, log, run })
  return { report, parts: [...product.parts, ...payment.parts, job] }
}
