import type {
  AuditedOrder,
  Cart as CartView,
  CartPatch,
  CreateRefund,
  CreateReturn,
  CreateShipment,
  Currency,
  Order as OrderView,
  OrderStory,
  PaymentEvent,
  PlaceOrder,
  Reconciliation,
} from '@toko/contracts'
import type { DeadLetterDesk } from '@toko/rpc'
import type { Deadline } from '@toko/runtime'
import type { Cart } from './domain/cart.ts'
import type { Viewer } from './domain/derived.ts'
import type { Order } from './domain/order.ts'
import type { CartVisitor } from './features/cart-access.ts'
import type { viewHistory } from './features/view-order.ts'
import type { OrderFilter, Page } from './store/order-query-store.ts'

/** The features as routes call them; service.ts binds them to their dependencies. */
export interface OrderFeatures {
  readonly carts: {
    create(
      request: { currency: Currency; copyOf?: string | undefined },
      visitor: CartVisitor,
    ): Promise<{ cart: Cart; cartToken?: string }>
    get(id: string, visitor: CartVisitor): Promise<Cart>
    view(cart: Cart): Promise<CartView>
    patch(id: string, visitor: CartVisitor, patch: CartPatch, revision: number): Promise<Cart>
    setLine(id: string, visitor: CartVisitor, sku: string, quantity: number): Promise<Cart>
    merge(id: string, userId: string, from: { fromCartId: string; fromCartToken?: string | undefined }): Promise<Cart>
  }
  readonly orders: {
    place(request: { userId: string; idemKey: string; body: PlaceOrder }): Promise<Order>
    /** Steps taken now, until the deadline. */
    advance(order: Order, deadline: Deadline): Promise<Order>
    awaitOutcome(order: Order, deadline: Deadline): Promise<Order>
    /** Goes on in the background after the answer. */
    advanceLater(order: Order): void
    /** @throws conflict for an order that is held back */
    get(id: string): Promise<Order | null>
    view(order: Order, viewer: Viewer): OrderView
    history(order: Order): ReturnType<typeof viewHistory>
    /** Without orders that are held back. */
    list(filter: OrderFilter, limit: number, cursor?: string): Promise<Page<Order>>
    audit(id: string): Promise<{ body: AuditedOrder; rev: number } | null>
    export(limit: number, cursor?: string): Promise<Page<AuditedOrder>>
    countOpen(userId: string): Promise<number>
    cancel(order: Order, request: { key: string; by: 'user' | 'staff'; text?: string | undefined }): Promise<Order>
    pay(order: Order, method: string, requestKey: string): Promise<Order>
    ship(order: Order, request: { key: string; body: CreateShipment }): Promise<Order>
    deliver(order: Order, shipmentId: string, key: string): Promise<Order>
    refund(order: Order, request: { key: string; body: CreateRefund }): Promise<Order>
    return(order: Order, request: { key: string; body: CreateReturn }): Promise<Order>
    stream(order: Order, seen: number, response: { write(chunk: string): boolean }, gone: AbortSignal): Promise<void>
  }
  readonly webhooks: {
    /** @throws signature-invalid */
    take(signature: string | undefined, rawBody: Buffer, event: PaymentEvent): Promise<void>
  }
  /** What this replica's reconciliation knows. */
  readonly reconciliation: () => Reconciliation
  /** Of the order as it is shown to staff. */
  readonly story: (order: OrderView) => Promise<OrderStory>
  readonly deadLetters: DeadLetterDesk
}
