import type { Environment } from '@toko/runtime'

/** Of this command: where it looks for a shop, and what it tells itself. The shop refuses variables that it doesn't know. */
const ownVariables: ReadonlySet<string> = new Set([
  'TOKO_USER_URL',
  'TOKO_PRODUCT_URL',
  'TOKO_ORDER_URL',
  'TOKO_PAYMENT_URL',
  'TOKO_USER_ADMIN_URL',
  'TOKO_PRODUCT_ADMIN_URL',
  'TOKO_ORDER_ADMIN_URL',
  'TOKO_PAYMENT_ADMIN_URL',
  'TOKO_JAEGER_URL',
  'TOKO_TEMPO_URL',
  'TOKO_SPANS',
  'TOKO_PROMETHEUS_URL',
  'TOKO_CLI_SECRET',
  'TOKO_REEXECUTED',
])

/** What goes on to the shop that this command starts. */
export function inheritedEnvironment(env: Environment): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && !ownVariables.has(entry[0]),
    ),
  )
}
