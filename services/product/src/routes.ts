import { describeApi, type Route } from '@toko/http'
import { deadLetterRoutes } from '@toko/rpc'
import type { ProductFeatures } from './features/product-features.ts'
import { auditRoutes } from './routes/audit-routes.ts'
import { categoryRoutes } from './routes/category-routes.ts'
import { forecastRoutes } from './routes/forecast-routes.ts'
import { internalAuditRoutes } from './routes/internal-audit-routes.ts'
import { importRoutes } from './routes/import-routes.ts'
import { productRoutes } from './routes/product-routes.ts'
import { reservationRoutes } from './routes/reservation-routes.ts'
import { stockRoutes } from './routes/stock-routes.ts'
import { variantRoutes } from './routes/variant-routes.ts'

/** Everything that the product service can be asked over HTTP. */
export const productServiceRoutes = (features: ProductFeatures): Route[] => [
  ...productRoutes(features),
  ...variantRoutes(features),
  ...categoryRoutes(features),
  ...stockRoutes(features),
  ...forecastRoutes(features),
  ...importRoutes(features),
  ...reservationRoutes(features),
  ...auditRoutes(features),
  ...internalAuditRoutes(features),
  ...deadLetterRoutes(features.deadLetters),
]

/** OpenAPI document; handlers are not called for it. */
export const productApi = describeApi(
  { title: 'toko product', version: '0.1.0', description: 'Catalogue, prices, stock and reservations.' },
  productServiceRoutes({} as ProductFeatures),
)
