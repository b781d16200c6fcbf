import { z } from 'zod'
import { decodeCursor, encodeCursor } from '@toko/http'
import type { Page } from './product-store.ts'

const byId = z.tuple([z.string().max(64)])

/**
 * A page of a list in ascending order of ids: asks for one item more than the page has.
 * @throws cursor-invalid
 */
export async function pageById<D, T>(
  list: string,
  limit: number,
  cursor: string | undefined,
  find: (after: string | undefined, limit: number) => Promise<D[]>,
  idOf: (document: D) => string,
  view: (document: D) => T,
): Promise<Page<T>> {
  const after = cursor === undefined ? undefined : decodeCursor([list], byId, cursor)[0]
  const found = await find(after, limit + 1)
  const items = found.slice(0, limit)
  const next = found.length > limit ? encodeCursor([list], [idOf(items.at(-1)!)]) : null
  return { items: items.map(view), next }
}
