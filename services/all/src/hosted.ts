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

/** The services of the process, callees before their callers: they stop in reverse. */
export const shapes = {
  user: userConfig,
  product: productConfig,
  payment: paymentConfig,
  order: orderConfig,
} as const

export type ServiceName = keyof typeof shapes
export type Configs = { readonly [N in ServiceName]: ConfigOf<(typeof shapes)[N]> }

export const serviceNames = Object.keys(shapes) as ServiceName[]

export type Hosted = Readonly<Record<ServiceName, HostedService>>

export const createHosted = (configs: Configs, deps: (service: ServiceName) => HostedDeps): Hosted => ({
  user: createUserService(configs.user, deps('user')),
  product: createProductService(configs.product, deps('product')),
  payment: createPaymentService(configs.payment, deps('payment')),
  order: createOrderService(configs.order, deps('order')),
})
