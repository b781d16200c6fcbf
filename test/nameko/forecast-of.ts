import { ask, type Told } from '../faults/support/ask.ts'
import type { OneShop } from '../faults/support/one-shop.ts'

/** The staff route of the product service. */
export async function forecastOf({ urls, connection }: OneShop, sku: string, query = ''): Promise<Told> {
  const { authorization } = await connection.asStaff()
  return ask('GET', `${urls.product}/stock/${sku}/forecast?${query}`, { token: authorization })
}
