import dns from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'

export interface StandInDns extends Disposable {
  /** From now on no name gets an answer, until the end of the test: then all lookups under way fail. */
  goSilent(): void
  /** Lookups of names so far. */
  asked(): number
}

/** The process's `dns.lookup` until disposed, which connections without a `lookup` of their own use too: every name is 127.0.0.1. */
export function standInDns(): StandInDns {
  const real = dns.lookup
  const waiting: (() => void)[] = []
  let isSilent = false
  let asked = 0
  const lookup: LookupFunction = (host, options, callback) => {
    if (isIP(host) !== 0) return real(host, options, callback)
    asked++
    const [address, family] = ['127.0.0.1', 4]
    if (isSilent) waiting.push(() => callback(Object.assign(new Error('EAI_AGAIN'), { code: 'EAI_AGAIN' }), ''))
    else process.nextTick(callback, null, options.all === true ? [{ address, family }] : address, family)
  }
  dns.lookup = lookup as typeof dns.lookup
  return {
    goSilent: () => void (isSilent = true),
    asked: () => asked,
    [Symbol.dispose]() {
      dns.lookup = real
      for (const fail of waiting) fail()
    },
  }
}
