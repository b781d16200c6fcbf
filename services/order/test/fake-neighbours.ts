import type { Payment, Reservation } from '@toko/contracts'
import { createApp, httpListener, type HttpListener, serviceVerifier } from '@toko/http'
import { quiet } from '@toko/testkit'
import { paymentRoutes } from './fake-provider.ts'
import { stockRoutes } from './fake-stock.ts'
import type { NeighbourState } from './neighbour-state.ts'

export interface Neighbours extends NeighbourState {
  port(): number
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
    capture: 'take' as Neighbours['capture'],
    refund: 'pay' as Neighbours['refund'],
    stockIsDown: false,
    reservations: new Map<string, Reservation>(),
    payments: new Map<string, Payment>(),
    refunds: new Map<string, number>(),
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
