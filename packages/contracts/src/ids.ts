import { uuidv7 } from 'uuidv7'
import { z } from 'zod'

/** What an id stands for; the prefix makes a mixed-up id visible. */
export type IdPrefix =
  | 'usr'
  | 'ses'
  | 'adr'
  | 'prd'
  | 'cat'
  | 'imp'
  | 'mov'
  | 'crt'
  | 'ord'
  | 'pay'
  | 'evt'
  | 'cnl'
  | 'shp'
  | 'rfd'
  | 'rtn'
  | 'aud'

/** A new id such as `ord_019a…`: time-ordered, unique, not secret. */
export function newId(prefix: IdPrefix): string {
  return `${prefix}_${uuidv7().replaceAll('-', '')}`
}

/** Schema of an id with that prefix. */
export function idSchema(prefix: IdPrefix) {
  return z
    .string()
    .regex(new RegExp(`^${prefix}_[0-9a-f]{32}$`), `expected an id like ${prefix}_ and 32 hexadecimal digits`)
}
