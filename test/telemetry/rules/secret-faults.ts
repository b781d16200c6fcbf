/** What must never be told, by what it looks like. */
const patterns: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['an e-mail address', /[\w.+-]+@(?:[\w-]+\.)+[a-z]{2,}\b/i],
  ['a signed token', /\beyJ[\w-]{8,}\.[\w-]{8,}/],
  ['a bearer token', /\bbearer\s+[\w.-]{8,}/i],
  ['a password hash', /\$argon2/],
  ['a URL with a password', /\/\/[^/\s:@"]+:[^/\s@"]+@/],
  [
    'a secret value',
    /\\?"(?:password|secret|token|accessToken|refreshToken|cookie|authorization)\\?":\s*\\?"(?!\[redacted\])[^"\\]{4,}/,
  ],
  ['a PEM key', /-----BEGIN [A-Z ]*PRIVATE KEY/],
]

const cardNumber = /(?<![\w.-])[3-6]\d{3}(?:[ -]?\d{4}){3}(?![\w.-])/g
/** Sixteen digits too, by chance. */
const spanId = /span_id\\?"?[:=]\\?"[\da-f]{16}/g

/** Each text that holds one, with what it is; shows only the beginning of what it found. */
export function secretFaults(where: string, texts: Iterable<string>): string[] {
  const faults: string[] = []
  for (const text of texts) {
    for (const [what, pattern] of patterns) {
      const [found] = pattern.exec(text) ?? []
      if (found) faults.push(`${where} tells ${what} (${found.slice(0, 12)}…): ${text.slice(0, 160)}`)
    }
    const card = text.replaceAll(spanId, '').match(cardNumber)?.find(isCardNumber)
    if (card) faults.push(`${where} tells a card number: ${text.slice(0, 160)}`)
  }
  return faults
}

/** Luhn's check digit. */
function isCardNumber(text: string): boolean {
  const digits = text.replaceAll(/\D/g, '').split('').toReversed().map(Number)
  const sum = digits.reduce(
    (total, digit, n) => total + (n % 2 === 0 ? digit : digit < 5 ? 2 * digit : 2 * digit - 9),
    0,
  )
  return sum % 10 === 0
}
