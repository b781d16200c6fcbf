import { z } from 'zod'

/** Digits after the point by ISO 4217. A currency that is not here is refused. */
export const currencyExponents = { IDR: 2, EUR: 2, USD: 2, GBP: 2, SGD: 2, JPY: 0, KWD: 3 } as const

export const Currency = z.enum(Object.keys(currencyExponents) as [keyof typeof currencyExponents])
export type Currency = z.infer<typeof Currency>

/** Integer minor units. zod's int() refuses what JSON numbers can't hold exactly. */
export const MinorUnits = z.int().min(0).max(1e14)

export const Money = z.strictObject({ amount: MinorUnits, currency: Currency }).meta({ id: 'Money' })
export type Money = z.infer<typeof Money>

/** Sum of price × quantity in minor units. @throws RangeError beyond exact integers */
export function totalMinor(lines: readonly { unitPriceMinor: number; quantity: number }[]): number {
  const total = lines.reduce((sum, line) => sum + line.unitPriceMinor * line.quantity, 0)
  if (!Number.isSafeInteger(total)) throw new RangeError('the total is too large to be exact')
  return total
}

/** For people: `IDR 1,250.00`. */
export function formatMoney({ amount, currency }: Money): string {
  const exponent = currencyExponents[currency]
  return `${currency} ${(amount / 10 ** exponent).toLocaleString('en-US', { minimumFractionDigits: exponent, maximumFractionDigits: exponent })}`
}
