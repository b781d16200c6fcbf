import { z } from 'zod'
import {
  optionalTextField,
  pageOf,
  pageQuery,
  queryInteger,
  Sku,
  Slug,
  textField,
  Timestamp,
  listOf,
} from './fields.ts'
import { idSchema } from './ids.ts'
import { MinorUnits, Money } from './money.ts'

export const ProductId = idSchema('prd')
export const CategoryId = idSchema('cat')

export const ProductStatus = z.enum(['draft', 'published', 'archived'])
export type ProductStatus = z.infer<typeof ProductStatus>

/** All that shoppers learn about stock. */
export const StockLevel = z.enum(['in-stock', 'low', 'out'])
export type StockLevel = z.infer<typeof StockLevel>

/** What distinguishes a variant: `{ size: 'L', colour: 'indigo' }`. */
export const VariantOptions = z
  .record(z.string().regex(/^[A-Za-z][\w -]{0,39}$/, 'expected a short name'), textField(80))
  .refine((options) => Object.keys(options).length <= 10, 'at most 10 options')
export type VariantOptions = z.infer<typeof VariantOptions>

/** A path of our own or an https address: an image URL goes into pages, so no other scheme may pass. */
const ImageUrl = z
  .string()
  .max(500)
  .regex(/^(https:\/\/[\w.-]+(:\d{1,5})?)?\/(?!\/)[\w./~%-]*$/, 'expected a path or an https URL')

export const ProductImage = z.strictObject({ url: ImageUrl, alt: optionalTextField(200) })
export type ProductImage = z.infer<typeof ProductImage>

const variantFields = {
  options: VariantOptions,
  price: Money,
  /** Former or recommended price, shown struck through. */
  compareAt: Money.nullable(),
}

export const Variant = z.strictObject({ sku: Sku, ...variantFields, stockLevel: StockLevel }).meta({ id: 'Variant' })
export type Variant = z.infer<typeof Variant>

export const NewVariant = z
  .strictObject({
    sku: Sku,
    options: VariantOptions.default({}),
    price: Money,
    compareAt: Money.nullable().default(null),
  })
  .meta({ id: 'NewVariant' })
export type NewVariant = z.infer<typeof NewVariant>

export const VariantPatch = z.strictObject({
  options: VariantOptions.optional(),
  price: Money.optional(),
  compareAt: Money.nullable().optional(),
})
export type VariantPatch = z.infer<typeof VariantPatch>

const Tag = z
  .string()
  .max(40)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'expected lower-case words joined by single dashes')

const productFields = {
  title: textField(160),
  description: optionalTextField(5000),
  categoryIds: z.array(CategoryId).max(10),
  tags: z.array(Tag).max(20),
}
const isDistinct = (values: readonly string[]) => new Set(values).size === values.length

export const Product = z
  .strictObject({
    id: ProductId,
    slug: Slug,
    ...productFields,
    status: ProductStatus,
    /** Never empty: a product without pictures has one that is drawn from its title. */
    images: z.array(ProductImage),
    variants: z.array(Variant),
    /** Null as long as there is no variant. */
    priceMin: Money.nullable(),
    priceMax: Money.nullable(),
    /** The best of its variants. */
    stockLevel: StockLevel,
    /** The ETag as a number. */
    version: z.int(),
    createdAt: Timestamp,
    updatedAt: Timestamp,
  })
  .meta({ id: 'Product' })
export type Product = z.infer<typeof Product>

/** Without `slug` one is made from the title; without `images` one is drawn. */
export const NewProduct = z
  .strictObject({
    title: productFields.title,
    slug: Slug.optional(),
    description: productFields.description.default(''),
    categoryIds: productFields.categoryIds.default([]),
    tags: productFields.tags.default([]),
    images: z.array(ProductImage).max(12).default([]),
    variants: z
      .array(NewVariant)
      .max(100)
      .default([])
      .refine((variants) => isDistinct(variants.map(({ sku }) => sku)), 'a SKU is listed twice')
      .refine((variants) => new Set(variants.map(({ price }) => price.currency)).size <= 1, 'one currency per product'),
  })
  .meta({ id: 'NewProduct' })
export type NewProduct = z.infer<typeof NewProduct>

export const ProductPatch = z.strictObject({
  title: productFields.title.optional(),
  slug: Slug.optional(),
  description: productFields.description.optional(),
  categoryIds: productFields.categoryIds.optional(),
  tags: productFields.tags.optional(),
  images: z.array(ProductImage).max(12).optional(),
})
export type ProductPatch = z.infer<typeof ProductPatch>

/** `missing` answers `ids=` alone. */
export const ProductPage = z
  .strictObject({ ...pageOf(Product).shape, missing: z.array(z.string()).optional() })
  .meta({ id: 'ProductPage' })
export type ProductPage = z.infer<typeof ProductPage>

export const ProductSort = z.enum(['newest', 'price-asc', 'price-desc', 'title', 'relevance'])
export type ProductSort = z.infer<typeof ProductSort>

const minor = queryInteger(0, 1e14)

/** `GET /products`. Either a search, or `ids`, or `slug`. Prices are minor units of the product's currency. */
export const ProductQuery = z.strictObject({
  ...pageQuery,
  q: textField(100).optional(),
  /** Slug or id of a category. */
  category: z.union([CategoryId, Slug]).optional(),
  tag: Tag.optional(),
  priceMin: minor.optional(),
  priceMax: minor.optional(),
  inStock: z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .optional(),
  /** Default `relevance` with `q`, else `newest`. */
  sort: ProductSort.optional(),
  /** Others than `published` need the role catalogue. */
  status: ProductStatus.optional(),
  ids: listOf(ProductId).optional(),
  slug: Slug.optional(),
})
export type ProductQuery = z.output<typeof ProductQuery>

/** `?sku=a,b,c` of variants and stock. */
export const SkuQuery = z.strictObject({ sku: listOf(Sku) })

/** A variant with what a cart or a page shows beside it. `version` is its product's: the If-Match of its PATCH. */
export const ListedVariant = z
  .strictObject({
    ...Variant.shape,
    productId: ProductId,
    slug: Slug,
    title: z.string(),
    image: ProductImage,
    version: z.int(),
  })
  .meta({ id: 'ListedVariant' })
export type ListedVariant = z.infer<typeof ListedVariant>

export const ListedVariants = z.strictObject({ items: z.array(ListedVariant), missing: z.array(z.string()) })
export type ListedVariants = z.infer<typeof ListedVariants>

const categoryFields = {
  name: textField(80),
  description: optionalTextField(500),
  /** Place in menus, ascending. */
  position: z.int().min(0).max(10_000),
}

export const Category = z
  .strictObject({ id: CategoryId, slug: Slug, ...categoryFields, version: z.int() })
  .meta({ id: 'Category' })
export type Category = z.infer<typeof Category>

export const NewCategory = z
  .strictObject({
    name: categoryFields.name,
    slug: Slug.optional(),
    description: categoryFields.description.default(''),
    position: categoryFields.position.default(0),
  })
  .meta({ id: 'NewCategory' })
export type NewCategory = z.infer<typeof NewCategory>

export const CategoryPatch = z.strictObject({
  name: categoryFields.name.optional(),
  slug: Slug.optional(),
  description: categoryFields.description.optional(),
  position: categoryFields.position.optional(),
})
export type CategoryPatch = z.infer<typeof CategoryPatch>

/** One line of a quote: the price now and how many could be had now, which is advice; the reservation decides. */
export const QuotedLine = z.strictObject({
  sku: Sku,
  quantity: z.int(),
  unitPriceMinor: MinorUnits,
  productId: ProductId,
  title: z.string(),
  options: z.record(z.string(), z.string()),
  image: z.string().nullable(),
  available: z.int(),
})
export type QuotedLine = z.infer<typeof QuotedLine>

/** `unavailable`: SKUs that are unknown, not published or sold in another currency. Equal prices give an equal `priceVersion`. */
export const Quote = z
  .strictObject({
    currency: Money.shape.currency,
    lines: z.array(QuotedLine),
    unavailable: z.array(z.string()),
    priceVersion: z.string(),
  })
  .meta({ id: 'Quote' })
export type Quote = z.infer<typeof Quote>

export const ImportStatus = z.enum(['queued', 'running', 'finished'])
export type ImportStatus = z.infer<typeof ImportStatus>

/** Progress of a CSV import. Lines count from 1 and the header is line 1; at most 200 errors are kept, all are counted. */
export const ProductImport = z
  .strictObject({
    id: idSchema('imp'),
    status: ImportStatus,
    rows: z.int(),
    done: z.int(),
    created: z.int(),
    updated: z.int(),
    failed: z.int(),
    errors: z.array(z.strictObject({ line: z.int(), sku: z.string().nullable(), message: z.string() })),
    createdAt: Timestamp,
    updatedAt: Timestamp,
  })
  .meta({ id: 'ProductImport' })
export type ProductImport = z.infer<typeof ProductImport>
