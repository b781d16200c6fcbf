import { commonWords } from './common-passwords.ts'

/** What must be left of a password after everything guessable is taken away. */
const leastLeft = 5
const rows = [
  '01234567890',
  'abcdefghijklmnopqrstuvwxyz',
  'qwertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  'qwertzuiop',
  'azertyuiop',
]
const ascending = rows.flatMap((row) => [row, Array.from(row).toReversed().join('')])
const lookalikes: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
  '!': 'i',
}

/** `P@ssw0rd` reads as `password`. */
const fold = (text: string) => text.replaceAll(/[013457@$!]/g, (sign) => lookalikes[sign]!)

/** The shortest text that gives the whole by repetition: `abcabcabc` → `abc`. */
function unitOf(text: string): string {
  const at = `${text}${text}`.indexOf(text, 1)
  return text.slice(0, at)
}

/** Takes away runs of 3 and more along the alphabet, the digits and the keyboard, in both directions. */
function withoutRuns(text: string): string {
  let left = ''
  for (let i = 0; i < text.length;) {
    const length = runAt(text, i)
    if (length < 3) left += text[i]
    i += length < 3 ? 1 : length
  }
  return left
}

function runAt(text: string, start: number): number {
  return Math.max(...ascending.map((row) => commonLength(row, row.indexOf(text[start]!), text, start)))
}

function commonLength(row: string, rowStart: number, text: string, start: number): number {
  if (rowStart < 0) return 1
  let length = 1
  while (start + length < text.length && row[rowStart + length] === text[start + length]) length++
  return length
}

/**
 * Why a password of allowed length is too easy to guess, or undefined: made of common words, runs, repetition, the e-mail
 * or the shop's name. Linear in the password's length.
 */
export function passwordWeakness(password: string, email: string): string | undefined {
  const [local = '', domain = ''] = email.toLowerCase().split('@')
  const own = [email.toLowerCase(), local, ...domain.split('.'), 'toko'].filter((word) => word.length >= 3)
  let left = withoutRuns(unitOf(password.toLowerCase()))
  for (const word of own) left = left.replaceAll(word, '')
  left = fold(left)
  for (const word of own.map(fold)) left = left.replaceAll(word, '')
  for (const word of commonWords) left = left.replaceAll(word, '')
  left = unitOf(left).replaceAll(/(.)\1+/gsu, '$1')
  return Array.from(left).length < leastLeft
    ? 'is too easy to guess: common words, runs, repetition, your e-mail'
    : undefined
}
