import { Category, pageOf, Product, ProductPage, StockMovement } from '@toko/contracts'
import type { ShopConnection } from '../shop/connect.ts'
import { catalogue } from './catalogue.ts'
import { newProduct, type SeedCategory, type SeedProduct, type SeedVariant } from './seed-product.ts'

export interface SeedReport {
  readonly categories: number
  readonly products: number
  readonly variants: number
  /** How many of the products were missing. */
  readonly created: number
}

type Progress = (done: number, total: number) => void

/** Requests under way at once: enough to hide the waiting, few enough for a shop that shares the machine. */
const concurrency = 4

/** Puts the catalogue into the product service through its public API. Again it changes nothing but what is missing. */
export async function seedCatalogue(shop: ShopConnection, progress: Progress): Promise<SeedReport> {
  const categoryIds = await ensureCategories(shop)
  const work = catalogue.flatMap((category) =>
    category.products.map((product) => ({ product, categoryId: categoryIds.get(category.slug)! })),
  )
  const total = work.length
  let [created, done] = [0, 0]
  progress(0, total)
  const next = work.values()
  const worker = async () => {
    for (const { product, categoryId } of next) {
      if (await ensureProduct(shop, product, categoryId)) created++
      for (const variant of product.variants) await ensureStock(shop, variant)
      progress(++done, total)
    }
  }
  await Promise.all(Array.from({ length: concurrency }, worker))
  const variants = work.reduce((sum, { product }) => sum + product.variants.length, 0)
  return { categories: catalogue.length, products: total, variants, created }
}

async function ensureCategories(shop: ShopConnection): Promise<Map<string, string>> {
  const headers = await shop.asStaff()
  const { body } = await shop.product.call({
    method: 'GET',
    path: '/categories',
    headers,
    query: { limit: 100 },
    answer: { 200: pageOf(Category) },
  })
  const ids = new Map(body.items.map(({ slug, id }) => [slug, id]))
  for (const [position, category] of catalogue.entries())
    if (!ids.has(category.slug)) ids.set(category.slug, await createCategory(shop, category, position))
  return ids
}

async function createCategory(shop: ShopConnection, { slug, name, description }: SeedCategory, position: number) {
  const { body } = await shop.product.call({
    method: 'POST',
    path: '/categories',
    headers: await shop.asStaff(),
    body: { slug, name, description, position },
    answer: { 201: Category },
  })
  return body.id
}

/** True when the product was missing. A product of a seed that broke off may be unpublished: that is mended. */
async function ensureProduct(shop: ShopConnection, product: SeedProduct, categoryId: string): Promise<boolean> {
  const headers = await shop.asStaff()
  const publish = ({ id }: Product) =>
    shop.product.call({
      method: 'POST',
      path: '/products/{id}/publications',
      params: { id },
      headers,
      idempotent: true,
      answer: { 201: null },
    })
  const { slug } = product
  const found = await shop.product.call({
    method: 'GET',
    path: '/products',
    headers,
    query: { slug },
    answer: { 200: ProductPage, 404: null },
  })
  const existing = found.status === 200 ? found.body.items[0] : undefined
  if (existing) {
    if (existing.status === 'draft') await publish(existing)
    return false
  }
  const { body } = await shop.product.call({
    method: 'POST',
    path: '/products',
    headers,
    body: newProduct(product, categoryId),
    answer: { 201: Product },
  })
  await publish(body)
  return true
}

/** The key makes it happen once, however often the seed runs. */
async function ensureStock(shop: ShopConnection, { sku, stock }: SeedVariant): Promise<void> {
  await shop.product.call({
    method: 'POST',
    path: '/stock/{sku}/adjustments',
    params: { sku },
    headers: { ...(await shop.asStaff()), 'Idempotency-Key': `toko-seed-first-delivery-${sku}` },
    body: { delta: stock, reason: 'first delivery' },
    idempotent: true,
    answer: { 201: StockMovement },
  })
}
