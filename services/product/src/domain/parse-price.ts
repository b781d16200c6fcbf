/** `1250.5` with 2 digits → 125050, exactly; undefined when it is no such number. */
export function parsePrice(text: string, exponent: number): number | undefined {
  const match = /^(\d{1,12})(?:\.(\d{1,4}))?$/.exec(text)
  if (!match) return undefined
  const fraction = (match[2] ?? '').replace(/0+$/, '')
  if (fraction.length > exponent) return undefined
  return Number(match[1]! + fraction.padEnd(exponent, '0'))
}
