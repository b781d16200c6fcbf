import { describeApi, type Route } from '@toko/http'
import { deadLetterRoutes } from '@toko/rpc'
import type { OrderFeatures } from './features.ts'
import { buyerRoutes } from './routes/buyer-routes.ts'
import { cartRoutes } from './routes/cart-routes.ts'
import { fulfilmentRoutes } from './routes/fulfilment-routes.ts'
import { internalRoutes } from './routes/internal-routes.ts'
import { orderRoutes } from './routes/order-routes.ts'
import { placeOrderRoutes } from './routes/place-order-route.ts'
import { reconciliationRoutes } from './routes/reconciliation-routes.ts'
import { storyRoutes } from './routes/story-route.ts'

/** Everything that the order service can be asked over HTTP. */
export const orderServiceRoutes = (features: OrderFeatures): Route[] => [
  ...cartRoutes(features),
  ...placeOrderRoutes(features),
  ...orderRoutes(features),
  ...storyRoutes(features),
  ...buyerRoutes(features),
  ...fulfilmentRoutes(features),
  ...reconciliationRoutes(features),
  ...deadLetterRoutes(features.deadLetters),
  ...internalRoutes(features),
]

const undescribed = { carts: {}, orders: {}, webhooks: {} } as OrderFeatures

/** OpenAPI document; handlers are not called for it. */
export const orderApi = describeApi(
  {
    title: 'toko order',
    version: '0.1.0',
    description: 'Carts, orders and the state of their payments, shipments, refunds and returns.',
  },
  orderServiceRoutes(undescribed),
)
