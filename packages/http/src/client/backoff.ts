const baseMs = 50

/** Full jitter: anywhere from 0 to the base, doubled per retry already done. */
export function backoffMs(retriesDone: number): number {
  return Math.random() * baseMs * 2 ** retriesDone
}

/** Milliseconds that a Retry-After header asks for (seconds or an HTTP date); undefined when absent or unreadable. */
export function retryAfterMs(header: string | null): number | undefined {
  if (header === null) return undefined
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1000
  const at = /^[A-Z][a-z]{2}, /.test(header) ? Date.parse(header) : Number.NaN
  return Number.isNaN(at) ? undefined : Math.max(0, at - Date.now())
}
