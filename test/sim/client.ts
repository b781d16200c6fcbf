import type { CreateRefund, MovedLines, PaymentMethod, PlaceOrder } from '@toko/contracts'
import { CallNotSentError, ProblemAnswer } from '@toko/http'
import type { Order } from '../../services/order/src/domain/order.ts'
import { codeOf } from './codes.ts'
import { callService, type Caller } from './network.ts'
import type { OrderSide } from './order-side.ts'
import type { Replica } from './replica.ts'
import type { World } from './world.ts'

/**
 * One operation of a client with all its attempts. `ok`: answered · `fail`: certainly did not happen · `info`: unknown, as
 * long as no later attempt with the same key has told (order-protocol.md, "How to test it", 5).
 */
export interface Operation {
  readonly kind: 'place' | 'cancel' | 'pay' | 'ship' | 'deliver' | 'refund' | 'return'
  readonly key: string
  readonly userId: string
  readonly body?: PlaceOrder
  readonly orderId?: string
  attempts: number
  infos: number
  outcome?: 'ok' | 'fail'
  /** Code of the refusal. */
  code?: string
  order?: Order
}

/** What a client reaches of a shop. */
interface Front {
  readonly world: World
  readonly replicas: { readonly order: readonly Replica[] }
  readonly order: readonly OrderSide[]
}

/** Somebody outside. Gives up nothing: an unknown outcome is asked for again with the same key until it is known. */
export class Client implements Caller {
  readonly world: World
  readonly name: string
  readonly userId: string
  readonly life = 0
  readonly history: Operation[] = []
  private readonly shop: Front

  constructor(shop: Front, name: string, userId: string) {
    this.shop = shop
    this.world = shop.world
    this.name = name
    this.userId = userId
  }

  resume(_life: number, goOn: () => void): void {
    goOn()
  }

  place(key: string, body: PlaceOrder): Promise<Operation> {
    return this.insist({ kind: 'place', key, userId: this.userId, body, attempts: 0, infos: 0 }, (side) =>
      side.place(this.userId, key, body),
    )
  }

  cancel(orderId: string, key: string): Promise<Operation> {
    return this.insist(this.operation('cancel', key, orderId), (side) => side.cancel(orderId, key))
  }

  pay(orderId: string, key: string, method: PaymentMethod): Promise<Operation> {
    return this.insist(this.operation('pay', key, orderId), (side) => side.pay(orderId, key, method))
  }

  ship(orderId: string, key: string, lines: MovedLines): Promise<Operation> {
    const body = { lines, carrier: 'post' }
    return this.insist(this.operation('ship', key, orderId), (side) => side.ship(orderId, key, body))
  }

  deliver(orderId: string, key: string, shipmentId: string): Promise<Operation> {
    return this.insist(this.operation('deliver', key, orderId), (side) => side.deliver(orderId, key, shipmentId))
  }

  refund(orderId: string, key: string, wanted: Omit<CreateRefund, 'reason'>): Promise<Operation> {
    const body = { ...wanted, reason: 'because' }
    return this.insist(this.operation('refund', key, orderId), (side) => side.refund(orderId, key, body))
  }

  returnGoods(orderId: string, key: string, lines: MovedLines): Promise<Operation> {
    const body = { lines, reason: 'too big' }
    return this.insist(this.operation('return', key, orderId), (side) => side.returnGoods(orderId, key, body))
  }

  /** The order as it is now; undefined when nobody answers. */
  async look(orderId: string): Promise<Order | undefined> {
    try {
      return await this.attempt('get', (side) => side.get(orderId))
    } catch {
      return undefined
    }
  }

  protected operation(kind: Operation['kind'], key: string, orderId: string): Operation {
    return { kind, key, userId: this.userId, orderId, attempts: 0, infos: 0 }
  }

  /** Until the outcome is certain: faults end, so it always becomes. */
  protected async insist(operation: Operation, serve: (side: OrderSide) => Promise<Order>): Promise<Operation> {
    this.history.push(operation)
    const { world } = this
    for (;;) {
      operation.attempts++
      try {
        operation.order = await this.attempt(operation.kind, serve)
        operation.outcome = 'ok'
        if (world.timeline) world.note(this.name, `${operation.kind} ok: ${operation.order.status}`)
        return operation
      } catch (error) {
        if (error instanceof ProblemAnswer && error.status !== 429 && !isBusy(error)) {
          operation.outcome = 'fail'
          operation.code = error.code
          if (world.timeline) world.note(this.name, `${operation.kind} refused: ${error.code}`)
          return operation
        }
        if (!(error instanceof CallNotSentError) && !isBusy(error)) operation.infos++
        if (world.timeline) world.note(this.name, `${operation.kind}: outcome unknown, tries again`)
        await world.sleep(world.rng.between(100, 2000))
      }
    }
  }

  private attempt(what: string, serve: (side: OrderSide) => Promise<Order>): Promise<Order> {
    const { order, replicas } = this.shop
    return callService({
      from: this,
      to: 'order',
      targets: replicas.order,
      what,
      code: codeOf(what),
      place: 'client',
      timeoutMs: 5000,
      serve: (replica) => serve(order[replica === replicas.order[0] ? 0 : 1]!),
    })
  }
}

/** "The order is being changed; try again": nothing happened. */
const isBusy = (error: unknown) =>
  error instanceof ProblemAnswer && error.code === 'conflict' && error.message.includes('try again')
