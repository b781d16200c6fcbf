import { errors } from '@toko/contracts'
import { drawImage } from '../domain/draw-image.ts'
import type { Catalogue } from './catalogue.ts'

/** The picture of a product that has no other; also of an archived one, since orders show it. @throws not-found */
export async function drawProductImage({ products, categories }: Catalogue, id: string): Promise<string> {
  const product = await products.get(id)
  if (!product) throw errors.notFound()
  const [first] = product.categoryIds
  const category = first === undefined ? null : await categories.get(first)
  return drawImage({ title: product.title, category: category?.slug ?? '' })
}
