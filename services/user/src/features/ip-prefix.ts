import { isIP } from 'node:net'

/** One client for throttling: /24 of IPv4, /56 of IPv6, since a household or a machine is given that many addresses. */
export function ipPrefix(ip: string): string {
  const address = ip.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '')
  if (isIP(address) === 4) return `${address.split('.').slice(0, 3).join('.')}.0/24`
  if (isIP(address) === 6) return `${groupsOf(address).join(':')}::/56`
  return 'unknown'
}

/** The first 56 bits. */
function groupsOf(address: string): string[] {
  const [head = '', tail] = address.split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail ? tail.split(':') : []
  const missing = tail === undefined ? 0 : 8 - before.length - after.length
  const groups = [...before, ...Array.from({ length: Math.max(0, missing) }, () => '0'), ...after]
  const first = groups.slice(0, 4).map((group) => Number.parseInt(group, 16) || 0)
  return [...first.slice(0, 3), (first[3] ?? 0) & 0xff00].map((group) => group.toString(16))
}
