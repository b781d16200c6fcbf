import type { AuditedOrder } from '@toko/contracts'
import type { Order } from '../domain/order.ts'
import { soundness } from '../domain/soundness.ts'
import type { OrderFilter, OrderQueryStore, Page, StoredOrder } from '../store/order-query-store.ts'
import { auditOrder } from './audit-order.ts'

/** Lists and exports: reads beside the protocol, of whatever the documents hold. */
export function readOrders(queries: OrderQueryStore, get: (id: string) => Promise<Order | null>) {
  return {
    /** An order that makes no sense can't be shown in a list; it is in the export, the gauge and the alerts. */
    async list(filter: OrderFilter, limit: number, cursor?: string): Promise<Page<Order>> {
      const { items, next } = await queries.list(filter, limit, cursor)
      return { items: items.filter((order) => !order.parked && soundness(order) === undefined), next }
    },
    async audit(id: string): Promise<{ body: AuditedOrder; rev: number } | null> {
      const order = (await get(id)) as StoredOrder | null
      return order && { body: auditOrder(order), rev: order.rev }
    },
    async export(limit: number, cursor?: string): Promise<Page<AuditedOrder>> {
      const { items, next } = await queries.export(limit, cursor)
      return { items: items.map(auditOrder), next }
    },
    countOpen: queries.countOpen,
  }
}
