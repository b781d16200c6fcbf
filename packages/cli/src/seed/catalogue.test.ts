import { expect, it } from 'vitest'
import { NewCategory, NewProduct } from '@toko/contracts'
import { catalogue } from './catalogue.ts'
import { newProduct } from './seed-product.ts'

const products = catalogue.flatMap((category) => category.products)
const variants = products.flatMap((product) => product.variants)
const categoryId = `cat_${'0'.repeat(32)}`

it('has 40 products in 6 categories, each with something to sell', () => {
  expect(catalogue).toHaveLength(6)
  expect(products).toHaveLength(40)
  expect(products.filter((product) => product.variants.length === 0)).toEqual([])
  expect(variants.filter(({ stock, rupiah }) => stock < 1 || rupiah < 1000)).toEqual([])
})

it('has each SKU and each slug once', () => {
  expect(new Set(variants.map(({ sku }) => sku)).size).toBe(variants.length)
  expect(new Set(products.map(({ slug }) => slug)).size).toBe(products.length)
})

it.each(products)('$slug fits the product service', (product) => {
  const body = NewProduct.parse(newProduct(product, categoryId))
  expect(body.variants.map(({ price }) => price.currency)).toEqual(product.variants.map(() => 'IDR'))
})

it.each(catalogue)('category $slug fits the product service', ({ slug, name, description }) => {
  expect(NewCategory.safeParse({ slug, name, description }).error).toBeUndefined()
})
