export interface SeedVariant {
  readonly sku: string
  readonly options: Readonly<Record<string, string>>
  /** In whole rupiah. */
  readonly rupiah: number
  readonly stock: number
}

export interface SeedProduct {
  readonly slug: string
  readonly title: string
  readonly description: string
  readonly tags: readonly string[]
  readonly variants: readonly SeedVariant[]
}

export interface SeedCategory {
  readonly slug: string
  readonly name: string
  readonly description: string
  readonly products: readonly SeedProduct[]
}

/** IDR has exponent 2 by ISO 4217, although nobody pays sen. */
const money = (rupiah: number) => ({ amount: rupiah * 100, currency: 'IDR' as const })

/** One variant per value of an option; its SKU is the base and the value. */
export function variants(
  base: string,
  option: string,
  values: readonly (readonly [label: string, rupiah: number, stock: number])[],
): SeedVariant[] {
  return values.map(([label, rupiah, stock]) => ({
    sku: `${base}-${label.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '')}`,
    options: { [option]: label },
    rupiah,
    stock,
  }))
}

/** One variant without options. */
export const single = (sku: string, rupiah: number, stock: number): SeedVariant[] => [
  { sku, options: {}, rupiah, stock },
]

/** The body of `POST /products`. */
export function newProduct({ variants: list, slug, title, description, tags }: SeedProduct, categoryId: string) {
  return {
    slug,
    title,
    description,
    tags: [...tags],
    categoryIds: [categoryId],
    variants: list.map(({ sku, options, rupiah }) => ({ sku, options, price: money(rupiah) })),
  }
}
