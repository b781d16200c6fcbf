import type { OwnedBus } from '@toko/messaging'
import { createOrderService, orderConfig } from '@toko/order'
import { createPaymentService, paymentConfig } from '@toko/payment'
import { createProductService, productConfig } from '@toko/product'
import type { ConfigOf, Logger, Metrics, Service } from '@toko/runtime'
import { createUserService, userConfig } from '@toko/user'

export interface HostedDeps {
  readonly log: Logger
  readonly metrics: Metrics
  readonly bus: OwnedBus
}

export interface HostedService extends Service {
  port(): number
  adminPort(): number
  /** True when nothing is under way in this process. */
  isIdle?(): boolean
}

/** The services that the process can host, callees before their callers: they stop in reverse. */
export const shapes = {
  user: userConfig,
  product: productConfig,
  payment: paymentConfig,
  order: orderConfig,
} as const

export type ServiceName = keyof typeof shapes
/** Of those that it hosts. */
export type Configs = { readonly [N in ServiceName]?: ConfigOf<(typeof shapes)[N]> }

export const serviceNames = Object.keys(shapes) as ServiceName[]

export type Hosted = Readonly<Partial<Record<ServiceName, HostedService>>>

export function createHosted(
  { user, product, payment, order }: Configs,
  deps: (service: ServiceName) => HostedDeps,
): Hosted {
  return {
    ...(user && { user: createUserService(user, deps('user')) }),
    ...(product && { product: createProductService(product, deps('product')) }),
    ...(payment && { payment: createPaymentService(payment, deps('payment')) }),
    ...(order && { order: createOrderService(order, deps('order')) }),
  }
}
