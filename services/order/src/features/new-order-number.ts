import { randomInt } from 'node:crypto'

/** Without letters that read like others. 31^10 numbers: random, so that orders can't be counted. */
const alphabet = '23456789ABCDEFGHJKMNPQRSTUVWXYZ'

export const newOrderNumber = (): string =>
  Array.from({ length: 10 }, () => alphabet[randomInt(alphabet.length)]).join('')
