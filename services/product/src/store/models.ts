import { type Connection, type Model, Schema } from 'mongoose'
import type { Aggregate } from '@toko/database'
import type { StoredCategory } from '../domain/category.ts'
import type { ImportJob } from '../domain/import-job.ts'
import type { Movement } from '../domain/movement.ts'
import type { StoredProduct } from '../domain/product.ts'
import type { NewReservation, Parked } from '../domain/reservation.ts'
import type { StockState } from '../domain/stock.ts'

export type ReservationDocument = NewReservation & Aggregate & { readonly parked?: Parked; readonly trace?: string }
export type ProductDocument = StoredProduct & Aggregate
export type CategoryDocument = StoredCategory & Aggregate
export type ImportDocument = ImportJob & Aggregate
export type MovementDocument = Omit<Movement, 'id'> & { readonly _id: string; readonly sku: string }

export interface StockDocument extends StockState {
  readonly _id: string
  readonly createdAt: Date
  readonly updatedAt: Date
  readonly pruneAt?: number
  readonly parked?: Parked
  /** ms since the oldest of `pending` waits. */
  readonly pendingAt?: number
}

/** I1 on every write, whoever makes it. */
const stockValidator = {
  $expr: {
    $and: [
      { $gte: ['$available', 0] },
      { $gte: ['$reserved', 0] },
      { $eq: ['$onHand', { $add: ['$available', '$reserved'] }] },
    ],
  },
}

const options = { autoIndex: false, autoCreate: false, versionKey: false, strict: 'throw' } as const
const mixed = Schema.Types.Mixed
const [text, number] = [
  { type: String, required: true },
  { type: Number, required: true },
]
const where = (field: string) => ({ partialFilterExpression: { [field]: { $exists: true } } })
const base = {
  _id: text,
  rev: number,
  createdAt: { type: Date, required: true },
  updatedAt: { type: Date, required: true },
}
const aggregate = { ...base, outbox: { type: [mixed], required: true }, outboxAt: Date }

const reservations = new Schema<ReservationDocument>(
  {
    ...aggregate,
    epoch: number,
    status: text,
    version: number,
    lines: { type: [mixed], required: true },
    currency: String,
    bodyHash: String,
    offers: { type: [mixed], required: true },
    reason: String,
    shortages: { type: [mixed], default: undefined },
    consumptions: { type: [mixed], default: undefined },
    restocks: { type: [mixed], default: undefined },
    attempts: number,
    nextAttemptAt: Number,
    parked: mixed,
    trace: String,
  },
  options,
)
reservations.index({ nextAttemptAt: 1 }, { name: 'due', ...where('nextAttemptAt') })
reservations.index({ outboxAt: 1 }, { name: 'outbox', ...where('outboxAt') })
reservations.index({ 'parked.at': 1 }, { name: 'parked', ...where('parked.at') })

const stock = new Schema<StockDocument>(
  {
    ...base,
    onHand: number,
    available: number,
    reserved: number,
    entries: { type: [mixed], required: true },
    watermark: number,
    pruneAt: Number,
    seq: number,
    pending: { type: [mixed], required: true },
    pendingAt: Number,
    parked: mixed,
  },
  options,
)
stock.index({ pruneAt: 1 }, { name: 'prune', ...where('pruneAt') })
stock.index({ pendingAt: 1 }, { name: 'pending', ...where('pendingAt') })
stock.index({ 'parked.at': 1 }, { name: 'parked', ...where('parked.at') })

const movements = new Schema<MovementDocument>(
  {
    _id: text,
    sku: text,
    seq: number,
    kind: String,
    delta: number,
    onHand: number,
    reason: text,
    actor: text,
    key: text,
    bodyHash: text,
    at: number,
  },
  options,
)
movements.index({ sku: 1, seq: 1 }, { unique: true, name: 'one_movement_per_number' })
movements.index({ sku: 1, key: 1 }, { unique: true, name: 'one_movement_per_key' })

const products = new Schema<ProductDocument>(
  {
    ...aggregate,
    slug: text,
    oldSlugs: { type: [String], required: true },
    title: text,
    titleKey: text,
    description: String,
    status: text,
    categoryIds: { type: [String], required: true },
    tags: { type: [String], required: true },
    images: { type: [mixed], required: true },
    currency: String,
    variants: { type: [mixed], required: true },
    priceMinMinor: number,
    priceMaxMinor: number,
    stockLevel: text,
    editedRev: number,
  },
  options,
)
products.index({ slug: 1 }, { unique: true, name: 'one_product_per_slug' })
products.index({ oldSlugs: 1 }, { name: 'old_slugs' })
products.index(
  { 'variants.sku': 1 },
  { unique: true, name: 'one_product_per_sku', partialFilterExpression: { 'variants.sku': { $exists: true } } },
)
products.index({ status: 1, _id: -1 }, { name: 'newest' })
products.index({ status: 1, priceMinMinor: 1, _id: 1 }, { name: 'by_price' })
products.index({ status: 1, titleKey: 1, _id: 1 }, { name: 'by_title' })
products.index({ status: 1, categoryIds: 1, _id: -1 }, { name: 'category_newest' })
products.index({ status: 1, categoryIds: 1, priceMinMinor: 1, _id: 1 }, { name: 'category_by_price' })
products.index({ status: 1, categoryIds: 1, titleKey: 1, _id: 1 }, { name: 'category_by_title' })
products.index({ status: 1, tags: 1, _id: -1 }, { name: 'tag_newest' })
products.index(
  { status: 1, title: 'text', tags: 'text', description: 'text' },
  { name: 'words', weights: { title: 10, tags: 5, description: 1 }, default_language: 'english' },
)

const categories = new Schema<CategoryDocument>(
  { ...aggregate, slug: text, name: text, description: String, position: number },
  options,
)
categories.index({ slug: 1 }, { unique: true, name: 'one_category_per_slug' })

const imports = new Schema<ImportDocument>(
  {
    ...aggregate,
    status: text,
    actor: text,
    text,
    rows: number,
    done: number,
    created: number,
    updated: number,
    failed: number,
    errors: { type: [mixed], required: true },
    nextAttemptAt: Number,
  },
  { ...options, suppressReservedKeysWarning: true },
)
imports.index({ nextAttemptAt: 1 }, { name: 'due', ...where('nextAttemptAt') })

export interface ProductModels {
  readonly reservations: Model<ReservationDocument>
  readonly stock: Model<StockDocument>
  readonly movements: Model<MovementDocument>
  readonly products: Model<ProductDocument>
  readonly categories: Model<CategoryDocument>
  readonly imports: Model<ImportDocument>
}

/** Models bound to the service's own connection. */
export const productModels = (connection: Connection): ProductModels => ({
  reservations: connection.model<ReservationDocument>('Reservation', reservations, 'reservations'),
  stock: connection.model<StockDocument>('Stock', stock, 'stock'),
  movements: connection.model<MovementDocument>('StockMovement', movements, 'stockMovements'),
  products: connection.model<ProductDocument>('Product', products, 'products'),
  categories: connection.model<CategoryDocument>('Category', categories, 'categories'),
  imports: connection.model<ImportDocument>('ProductImport', imports, 'productImports'),
})

/** What buildIndexes needs: every collection with its rules. */
export const collectionRules = (models: ProductModels) => [
  ...Object.values(models)
    .filter((model) => model !== models.stock)
    .map((model) => ({ model })),
  { model: models.stock, validator: stockValidator },
]
