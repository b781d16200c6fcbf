import { errors, type InputFault } from '@toko/contracts'

/** Query of a URL as a flat record. A repeated parameter is a fault: it would become an array, and an array an `$in`. */
export function parseQuery(url: string): Record<string, string> {
  const start = url.indexOf('?')
  if (start < 0) return {}
  const query: Record<string, string> = Object.create(null) as Record<string, string>
  const repeated: InputFault[] = []
  for (const [name, value] of new URLSearchParams(url.slice(start + 1))) {
    if (name in query) repeated.push({ pointer: `query/${name}`, code: 'repeated', detail: 'given more than once' })
    query[name] = value
  }
  if (repeated.length > 0) throw errors.validation({ errors: repeated })
  return query
}
