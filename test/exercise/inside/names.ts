import dns from 'node:dns'

/** Names of services here, as a cluster's DNS has them. */
const known = new Set(['product-service', 'payment-service'])
let failing: ReadonlySet<string> = new Set()

export const failNames = (names: readonly string[]): void => void (failing = new Set(names))

type Callback = (error: Error | null, address?: unknown, family?: number) => void

const lookup = dns.lookup as unknown as (hostname: string, ...rest: unknown[]) => void
const resolve = (hostname: string, ...rest: unknown[]): void => {
  if (!known.has(hostname)) return lookup(hostname, ...rest)
  const callback = rest.at(-1) as Callback
  const wantsAll = (rest[0] as { all?: boolean } | undefined)?.all === true
  setImmediate(() => {
    if (!failing.has(hostname)) return callback(null, wantsAll ? [{ address: '127.0.0.1', family: 4 }] : '127.0.0.1', 4)
    const facts = { code: 'ENOTFOUND', errno: -3008, syscall: 'getaddrinfo', hostname }
    callback(Object.assign(new Error(`getaddrinfo ENOTFOUND ${hostname}`), facts))
  })
}
Object.assign(dns, { lookup: resolve })
