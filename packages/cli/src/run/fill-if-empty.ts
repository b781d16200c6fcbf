import { Failure } from '../io/failure.ts'
import type { Seeded } from '../seed/seed-shop.ts'
import { knownAccounts } from '../shop/accounts.ts'
import type { ShopUrls } from '../shop/connect.ts'

/** An empty shop gets its products, and one without known accounts its accounts. */
export async function fillIfEmpty(urls: ShopUrls, dataDir: string): Promise<Seeded | undefined> {
  if (knownAccounts(dataDir) && !(await isEmpty(urls))) return undefined
  const { connect } = await import('../shop/connect.ts')
  const { seedShop } = await import('../seed/seed-shop.ts')
  const shop = connect(urls, dataDir)
  try {
    return await seedShop(shop, dataDir)
  } finally {
    await shop.close()
  }
}

/** By hand: whoever runs a filled shop needs no HTTP client, and this process stays small beside it. */
async function isEmpty({ productUrl }: ShopUrls): Promise<boolean> {
  const answer = await fetch(`${productUrl}/products?limit=1`, { signal: AbortSignal.timeout(5000) })
  if (!answer.ok) throw new Failure(`product-service: GET /products answered ${answer.status}`)
  return ((await answer.json()) as { items: unknown[] }).items.length === 0
}
