import { hash } from 'node:crypto'

/** SHA-256 of the canonical JSON: keys sorted, so that the same request has the same hash however it was written. */
export function hashOf(body: unknown): string {
  const sorted = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(sorted)
    if (typeof value !== 'object' || value === null) return value
    const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
    return Object.fromEntries(entries.map(([key, each]) => [key, sorted(each)]))
  }
  return hash('sha256', JSON.stringify(sorted(body)), 'hex')
}
