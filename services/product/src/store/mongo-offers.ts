import type { mongo } from 'mongoose'
import { imagesOf } from '../domain/views.ts'
import type { Offer, Offers } from '../ports.ts'
import type { ProductDocument } from './models.ts'

const projection = { title: 1, images: 1, currency: 1, variants: 1 }

/** Published variants as the reservation core copies them: one indexed read, whatever the number of lines. */
export function mongoOffers(products: mongo.Collection<ProductDocument>): Offers {
  return {
    async find(skus) {
      const wanted = new Set(skus)
      const filter = { 'variants.sku': { $in: [...wanted] }, status: 'published' }
      const found = await products.find(filter as unknown as mongo.Filter<ProductDocument>, { projection }).toArray()
      const offers = new Map<string, Offer>()
      for (const product of found as unknown as ProductDocument[]) {
        const { _id: productId, title, currency, variants } = product
        const image = imagesOf(product)[0]!.url
        for (const { sku, priceMinor, options } of variants)
          if (wanted.has(sku) && currency !== null)
            offers.set(sku, { sku, currency, unitPriceMinor: priceMinor, productId, title, options, image })
      }
      return offers
    },
  }
}
