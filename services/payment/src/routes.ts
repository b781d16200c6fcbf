import { describeApi, type Route } from '@toko/http'
import { type DeadLetterDesk, deadLetterRoutes } from '@toko/rpc'
import { type AdminFeatures, adminRoutes } from './routes/admin.ts'
import { type InternalAuditFeatures, internalAuditRoutes } from './routes/internal-audit.ts'
import { type PaymentFeatures, paymentRoutes } from './routes/payments.ts'

export type Features = PaymentFeatures &
  AdminFeatures &
  InternalAuditFeatures & { readonly deadLetters: DeadLetterDesk }

/** Everything that this service can be asked. */
export const routesOf = (features: Features): Route[] => [
  ...paymentRoutes(features),
  ...adminRoutes(features),
  ...internalAuditRoutes(features),
  ...deadLetterRoutes(features.deadLetters),
]

export const paymentApi = describeApi(
  {
    title: 'toko payment',
    description: 'A simulated payment provider with the contract of a real one, its own ledger and switchable faults.',
    version: '0.1.0',
  },
  routesOf({} as Features),
)
