import { pageOf } from '@toko/contracts'
import type { HttpClient } from '@toko/http'

type Schema = Parameters<typeof pageOf>[0]

interface Export<T extends Schema> {
  readonly path: string
  readonly item: T
  readonly headers: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string | number>>
}

/** Every item of a list, page by page. */
export async function readAll<T extends Schema>(
  client: HttpClient,
  { path, item, headers, query = {} }: Export<T>,
): Promise<T['_zod']['output'][]> {
  const answer = { 200: pageOf(item) }
  const items: T['_zod']['output'][] = []
  for (let cursor: string | undefined; ;) {
    const page = await client.call({ method: 'GET', path, headers, query: { ...query, limit: 100, cursor }, answer })
    items.push(...page.body.items)
    if (page.body.next === null) return items
    cursor = page.body.next
  }
}
