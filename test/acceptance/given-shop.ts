import { serviceNames } from '@toko/cli'
import type { Shop } from './shop.ts'

/** A running shop, given by its addresses and an account of its staff; undefined when none is. */
export function givenShop(): Shop | undefined {
  if (!process.env['TOKO_ORDER_URL']) return undefined
  const urls = serviceNames.map((name) => [name, required(`TOKO_${name.toUpperCase()}_URL`)])
  return {
    isGiven: true,
    urls: Object.fromEntries(urls) as Shop['urls'],
    staff: { email: required('TOKO_STAFF_EMAIL'), password: required('TOKO_STAFF_PASSWORD') },
  }
}

function required(name: string): string {
  const value = process.env[name]
  if (!value)
    throw new Error(
      `${name} is not set: a given shop needs TOKO_{USER,PRODUCT,ORDER,PAYMENT}_URL, TOKO_STAFF_EMAIL and TOKO_STAFF_PASSWORD`,
    )
  return value
}
