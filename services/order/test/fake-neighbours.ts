import type { Payment, Reservation } from '@toko/contracts'
import { createApp, httpListener, type HttpListener, serviceVerifier } from '@toko/http'
import type { Bus } from '@toko/messaging'
import { rpcServer } from '@toko/rpc'
import { quiet } from '@toko/testkit'
import { paymentBook, stockBooks } from './fake-books.ts'
import { paymentRoutes } from './fake-provider.ts'
import { stockRoutes } from './fake-stock.ts'
import type { NeighbourState } from './neighbour-state.ts'

export interface Neighbours extends NeighbourState {
  port(): number
  start(): Promise<void>
  /** Answers the same calls by RPC too. */
  serveOn(bus: Pick<Bus, 'serve'>): void
  stop(): Promise<void>
}

export const secrets = { product: 'product-secret-0123', payment: 'payment-secret-0123', user: 'user-secret-012345' }

/** One server that stands for the product service and the payment provider, with just enough of their contracts. */
export function fakeNeighbours(): Neighbours {
  const state = {
    available: 1000,
    priceMinor: 1000,
    authorise: 'approve' as Neighbours['authorise'],
    capture: 'take' as Neighbours['capture'],
    refund: 'pay' as Neighbours['refund'],
    stockIsDown: false,
    reservations: new Map<string, Reservation>(),
    payments: new Map<string, Payment>(),
    refunds: new Map<string, number>(),
    calls: [] as string[],
  }
  const routes = {
    product: [...stockRoutes(state), ...stockBooks(state)],
    payment: [...paymentRoutes(state), ...paymentBook(state)],
  }
  const verify = {
    product: serviceVerifier('product', { order: secrets.product }),
    payment: serviceVerifier('payment', { order: secrets.payment }),
  }
  const app = createApp({
    ...quiet('neighbours'),
    service: 'neighbours',
    routes: [...routes.product, ...routes.payment],
    verifiers: { service: (token, caller) => verify.product(token, caller).catch(() => verify.payment(token, caller)) },
    openapi: {},
  })
  const listener: HttpListener = httpListener({ service: 'neighbours', host: '127.0.0.1', port: 0, app })
  return Object.assign(state, {
    port: () => listener.port(),
    start: async () => listener.start?.(),
    serveOn(bus: Pick<Bus, 'serve'>) {
      for (const service of ['product', 'payment'] as const) {
        const verifiers = { service: verify[service] }
        void rpcServer({ ...quiet(service), service, routes: routes[service], verifiers, bus }).start?.()
      }
    },
    stop: async () => listener.stop?.(),
  })
}
