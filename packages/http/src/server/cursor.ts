import { createHash } from 'node:crypto'
import { z } from 'zod'
import { errors } from '@toko/contracts'

const fingerprint = (binding: unknown) =>
  createHash('sha256').update(JSON.stringify(binding)).digest('base64url').slice(0, 12)

/** Opaque cursor of a list: the sort key of the last item, bound to the filter and sort it was made for. */
export function encodeCursor(binding: unknown, position: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify([fingerprint(binding), ...position])).toString('base64url')
}

/** @param position schema of the sort key, e.g. `z.tuple([z.number(), z.string()])`. @throws cursor-invalid */
export function decodeCursor<S extends z.ZodType>(binding: unknown, position: S, cursor: string): z.output<S> {
  try {
    const [made, ...values] = z.array(z.unknown()).parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')))
    if (made !== fingerprint(binding)) throw new TypeError('made for another list')
    return position.parse(values)
  } catch (cause) {
    throw errors.cursorInvalid({ cause })
  }
}
