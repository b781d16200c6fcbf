import { z } from 'zod'
import {
  errors,
  OrderId,
  Payment,
  PaymentAuthorisation,
  PaymentCapture,
  PaymentKey,
  Quote,
  Reservation,
  ReservationRequest,
  ReservationState,
} from '@toko/contracts'
import { createApp, httpListener, type HttpListener, type Route, route, serviceVerifier } from '@toko/http'
import { quiet } from '@toko/testkit'

/** What the neighbours do, changed by tests while they run. */
export interface Neighbours {
  port(): number
  available: number
  priceMinor: number
  /** Answers of the provider to authorise; `hang` takes effect and never answers. */
  authorise: 'approve' | 'decline' | 'hang' | 'fail' | 'wrong-amount'
  stockIsDown: boolean
  readonly reservations: Map<string, Reservation>
  readonly payments: Map<string, Payment>
  /** Calls that reached a neighbour, by method and path template. */
  readonly calls: string[]
  start(): Promise<void>
  stop(): Promise<void>
}

export const secrets = { product: 'product-secret-0123', payment: 'payment-secret-0123', user: 'user-secret-012345' }

/** One server that stands for the product service and the payment provider, with just enough of their contracts. */
export function fakeNeighbours(): Neighbours {
  const state = {
    available: 1000,
    priceMinor: 1000,
    authorise: 'approve' as Neighbours['authorise'],
    stockIsDown: false,
    reservations: new Map<string, Reservation>(),
    payments: new Map<string, Payment>(),
    calls: [] as string[],
  }
  const { log, metrics } = quiet('neighbours')
  const routes = [...stockRoutes(state), ...paymentRoutes(state)]
  const verify = {
    product: serviceVerifier('product', { order: secrets.product }),
    payment: serviceVerifier('payment', { order: secrets.payment }),
  }
  const app = createApp({
    service: 'neighbours',
    routes,
    verifiers: { service: (token, caller) => verify.product(token, caller).catch(() => verify.payment(token, caller)) },
    openapi: {},
    log,
    metrics,
  })
  const listener: HttpListener = httpListener({ service: 'neighbours', host: '127.0.0.1', port: 0, app })
  return Object.assign(state, {
    port: () => listener.port(),
    start: async () => listener.start?.(),
    stop: async () => listener.stop?.(),
  })
}

type State = Pick<
  Neighbours,
  'available' | 'priceMinor' | 'authorise' | 'stockIsDown' | 'reservations' | 'payments' | 'calls'
>

const orderParams = z.object({ orderId: OrderId })
const keyParams = z.object({ key: PaymentKey })
const reservationAnswers = { 200: Reservation }
const now = () => new Date().toISOString()
const words = (title: string) => ({ title, productId: `prd_${'0'.repeat(32)}`, options: {}, image: null })

function stockRoutes(state: State): Route[] {
  const count = (call: string) => {
    state.calls.push(call)
    if (state.stockIsDown) throw errors.dependencyUnavailable()
  }
  return [
    route(
      {
        method: 'POST',
        path: '/internal/quotes',
        summary: 'Quote',
        auth: 'service',
        body: ReservationRequest,
        answers: { 200: Quote },
      },
      async ({ body }) => {
        count('quote')
        const lines = body.lines
          .filter(({ sku }) => sku !== 'GONE-1')
          .map((line) => ({
            ...words(line.sku),
            ...line,
            unitPriceMinor: state.priceMinor,
            available: state.available,
          }))
        return { status: 200, body: { currency: body.currency, lines, unavailable: [], priceVersion: 'v' } }
      },
    ),
    route(
      {
        method: 'PUT',
        path: '/internal/reservations/{orderId}',
        summary: 'Reserve',
        auth: 'service',
        params: orderParams,
        body: ReservationRequest,
        answers: reservationAnswers,
      },
      async ({ params: { orderId }, body }) => {
        count('reserve')
        const known = state.reservations.get(orderId)
        if (known) return { status: 200, body: known }
        const wanted = body.lines.reduce((sum, line) => sum + line.quantity, 0)
        const isHeld = wanted <= state.available
        if (isHeld) state.available -= wanted
        const lines = body.lines.map((line) => ({ ...words(line.sku), ...line, unitPriceMinor: state.priceMinor }))
        const reservation: Reservation = isHeld
          ? { orderId, status: 'held', lines, createdAt: now() }
          : { orderId, status: 'released', reason: 'insufficient-stock', shortages: [], lines: [], createdAt: now() }
        state.reservations.set(orderId, reservation)
        return { status: 200, body: reservation }
      },
    ),
    route(
      {
        method: 'PUT',
        path: '/internal/reservations/{orderId}/state',
        summary: 'Release or allocate',
        auth: 'service',
        params: orderParams,
        body: ReservationState,
        answers: reservationAnswers,
      },
      async ({ params: { orderId }, body }) => {
        count(body.state)
        const known = state.reservations.get(orderId) ?? {
          orderId,
          status: 'released' as const,
          lines: [],
          createdAt: now(),
        }
        const reservation: Reservation =
          known.status === 'released'
            ? known
            : { ...known, status: body.state === 'allocated' ? 'allocated' : 'released' }
        state.reservations.set(orderId, reservation)
        return { status: 200, body: reservation }
      },
    ),
  ]
}

function paymentRoutes(state: State): Route[] {
  const change = (key: string, next: Payment['state']) => {
    const known = state.payments.get(key) ?? payment(key, 0)
    const changed = { ...known, state: next, capturedMinor: next === 'captured' ? known.amountMinor : 0 }
    state.payments.set(key, changed)
    return { status: 200, body: changed }
  }
  return [
    route(
      {
        method: 'PUT',
        path: '/payments/{key}',
        summary: 'Authorise',
        auth: 'service',
        params: keyParams,
        body: PaymentAuthorisation,
        answers: { 200: Payment },
      },
      async ({ params: { key }, body }) => {
        state.calls.push('authorise')
        if (state.authorise === 'fail') throw new Error('provider is broken')
        const known = state.payments.get(key)
        if (known?.state === 'voided') throw errors.illegalTransition({ extensions: { state: 'voided' } })
        const isDeclined = state.authorise === 'decline' || body.method === 'card_declined'
        const answer = known ?? {
          ...payment(key, body.amountMinor),
          state: isDeclined ? ('declined' as const) : ('approved' as const),
          ...(isDeclined ? { declineCode: 'card-declined' as const, retryable: true } : {}),
        }
        state.payments.set(key, answer)
        if (state.authorise === 'hang') await new Promise(() => {})
        return { status: 200, body: state.authorise === 'wrong-amount' ? { ...answer, amountMinor: 1 } : answer }
      },
    ),
    route(
      {
        method: 'PUT',
        path: '/payments/{key}/void',
        summary: 'Void',
        auth: 'service',
        params: keyParams,
        answers: { 200: Payment },
      },
      async ({ params }) => {
        state.calls.push('void')
        return change(params.key, 'voided')
      },
    ),
    route(
      {
        method: 'PUT',
        path: '/payments/{key}/capture',
        summary: 'Capture',
        auth: 'service',
        params: keyParams,
        body: PaymentCapture,
        answers: { 200: Payment },
      },
      async ({ params }) => {
        state.calls.push('capture')
        return change(params.key, 'captured')
      },
    ),
    route(
      {
        method: 'GET',
        path: '/payments/{key}',
        summary: 'Query',
        auth: 'service',
        params: keyParams,
        answers: { 200: Payment },
      },
      async ({ params }) => {
        state.calls.push('query')
        const known = state.payments.get(params.key)
        if (!known) throw errors.notFound()
        return { status: 200, body: known }
      },
    ),
  ]
}

const payment = (key: string, amountMinor: number): Payment => ({
  key,
  orderId: key.split(':')[0]!,
  amountMinor,
  currency: 'IDR',
  state: 'approved',
  capturedMinor: 0,
  refundedMinor: 0,
  providerRef: key,
  createdAt: now(),
})
