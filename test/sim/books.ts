import type { MemoryOrder, MemoryOrderStore } from '../../services/order/test/memory-order-store.ts'
import type { MemoryProviderEventStore } from '../../services/order/test/memory-provider-event-store.ts'
import type { PaymentRecord } from '../../services/payment/src/domain/payment.ts'
import type { MemoryReservation } from '../../services/product/test/memory-reservation-store.ts'
import type { MemoryStock } from '../../services/product/test/memory-stock-store.ts'

/** What all services have written down, as the rules look at it. */
export interface Books {
  readonly orders: Pick<MemoryOrderStore, 'all' | 'safe'>
  readonly inbox: Pick<MemoryProviderEventStore, 'all'>
  readonly reservations: ReadonlyMap<string, MemoryReservation>
  readonly stock: ReadonlyMap<string, MemoryStock>
  readonly payments: ReadonlyMap<string, PaymentRecord>
  /** Units per SKU that staff put on hand. */
  readonly received: ReadonlyMap<string, number>
}

export type { MemoryOrder, MemoryReservation, MemoryStock, PaymentRecord }
