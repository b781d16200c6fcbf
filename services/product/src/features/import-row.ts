import {
  Currency,
  currencyExponents,
  errors,
  NewProduct,
  ProblemError,
  type ProductPatch,
  Sku,
  StockAdjustment,
  type VariantPatch,
} from '@toko/contracts'
import type { RowOutcome } from '../domain/import-job.ts'
import { parsePrice } from '../domain/parse-price.ts'
import type { CsvRow } from '../ports.ts'
import { adjustStock, type StockDesk } from './adjust-stock.ts'
import type { Catalogue } from './catalogue.ts'
import { changeProduct } from './change-product.ts'
import { createProduct } from './create-product.ts'
import { patched, publishProduct } from './edit-product.ts'
import { withPatchedVariant, withVariant } from './edit-variants.ts'

/** Columns of an import. `slug` groups rows into one product, `options` is `size=L;colour=red`, tags are separated by spaces. */
export const importColumns = {
  required: ['sku', 'title', 'price', 'currency'],
  optional: ['slug', 'description', 'category', 'tags', 'compare_at', 'options', 'stock', 'status'],
} as const

export type ImportDesk = Catalogue & StockDesk

const refuse = (detail: string) => errors.validation({ detail })

/** The row's cells by column; an empty cell says nothing. */
function cellsOf(header: readonly string[], { values }: CsvRow): ReadonlyMap<string, string> {
  if (values.length > header.length) throw refuse(`${values.length} cells, but the header has ${header.length}`)
  return new Map(header.flatMap((name, i) => (values[i] ? [[name, values[i]] as const] : [])))
}

function moneyOf(cells: ReadonlyMap<string, string>, column: string) {
  const text = cells.get(column)
  if (text === undefined) return null
  const currency = Currency.safeParse(cells.get('currency'))
  if (!currency.success) throw refuse('currency: not a known currency')
  const amount = parsePrice(text, currencyExponents[currency.data])
  if (amount === undefined) throw refuse(`${column}: expected an amount like 1250.00`)
  return { amount, currency: currency.data }
}

function optionsOf(text: string | undefined): Record<string, string> {
  const pairs = (text ?? '').split(';').filter((pair) => pair.trim() !== '')
  return Object.fromEntries(
    pairs.map((pair) => {
      const [name = '', value = ''] = pair.split('=', 2)
      return [name.trim(), value.trim()]
    }),
  )
}

async function productOf({ categories }: ImportDesk, cells: ReadonlyMap<string, string>): Promise<NewProduct> {
  const slug = cells.get('category')
  const category = slug === undefined ? undefined : await categories.getBySlug(slug)
  if (category === null) throw refuse(`category: there is no "${slug?.slice(0, 80)}"`)
  const parsed = NewProduct.safeParse({
    title: cells.get('title'),
    slug: cells.get('slug'),
    description: cells.get('description'),
    categoryIds: category ? [category._id] : undefined,
    tags: cells
      .get('tags')
      ?.split(/[ ,;]+/)
      .filter(Boolean),
    variants: [
      {
        sku: cells.get('sku'),
        options: optionsOf(cells.get('options')),
        price: moneyOf(cells, 'price'),
        compareAt: moneyOf(cells, 'compare_at'),
      },
    ],
  })
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw refuse(`${String(issue!.path.at(-1) ?? 'row')}: ${issue!.message}`.slice(0, 300))
}

function stockOf(text: string | undefined): StockAdjustment | undefined {
  if (text === undefined) return undefined
  const parsed = StockAdjustment.safeParse({ setTo: /^\d{1,10}$/.test(text) ? Number(text) : null, reason: 'import' })
  if (!parsed.success) throw refuse('stock: expected a whole number')
  return parsed.data
}

/** What an existing product takes from a row: only what the row says. */
function patchesOf(cells: ReadonlyMap<string, string>, product: NewProduct): [ProductPatch, VariantPatch] {
  const variant = product.variants[0]!
  const patch: ProductPatch = {
    title: product.title,
    ...(cells.has('description') ? { description: product.description } : {}),
    ...(cells.has('category') ? { categoryIds: product.categoryIds } : {}),
    ...(cells.has('tags') ? { tags: product.tags } : {}),
  }
  const variantPatch: VariantPatch = {
    price: variant.price,
    ...(cells.has('options') ? { options: variant.options } : {}),
    ...(cells.has('compare_at') ? { compareAt: variant.compareAt } : {}),
  }
  return [patch, variantPatch]
}

/** Makes or updates the SKU's product; a repeat finds what it made and writes the same values. */
async function upsert(desk: ImportDesk, cells: ReadonlyMap<string, string>, wanted: NewProduct) {
  const variant = wanted.variants[0]!
  const existing = await desk.products.getBySku(variant.sku)
  const [patch, variantPatch] = patchesOf(cells, wanted)
  if (existing) {
    const find = () => desk.products.getBySku(variant.sku)
    await changeProduct(desk, find, (product) =>
      patched({ ...product, ...withPatchedVariant(product, variant.sku, variantPatch) }, patch),
    )
    return { kind: 'updated', id: existing._id } as const
  }
  const sibling = wanted.slug === undefined ? null : await desk.products.getBySlug(wanted.slug)
  if (sibling) {
    await changeProduct(
      desk,
      () => desk.products.get(sibling._id),
      (product) => withVariant(product, variant),
    )
    return { kind: 'created', id: sibling._id } as const
  }
  return { kind: 'created', id: (await createProduct(desk, wanted))._id } as const
}

/**
 * One row, idempotent by SKU: after a crash it is done again without a second effect, its stock included.
 * Faults of the row are an outcome; faults of the shop (503) are thrown, so that the row is tried again.
 */
export async function importRow(
  desk: ImportDesk,
  header: readonly string[],
  row: CsvRow,
  by: { readonly actor: string; readonly importId: string },
): Promise<RowOutcome> {
  let sku: string | null = null
  try {
    const cells = cellsOf(header, row)
    sku = Sku.safeParse(cells.get('sku')).data ?? null
    const stock = stockOf(cells.get('stock'))
    const status = cells.get('status') ?? 'draft'
    if (status !== 'draft' && status !== 'published') throw refuse('status: expected draft or published')
    const wanted = await productOf(desk, cells)
    const { kind, id } = await upsert(desk, cells, wanted)
    if (stock)
      await adjustStock(desk, wanted.variants[0]!.sku, stock, {
        actor: by.actor,
        key: `${by.importId}:${row.line}`,
      })
    if (status === 'published') await publishProduct(desk, id)
    return { kind }
  } catch (error) {
    if (!(error instanceof ProblemError) || error.status >= 500) throw error
    return { kind: 'failed', error: { line: row.line, sku, message: error.details.detail ?? error.title } }
  }
}
