import { availableParallelism } from 'node:os'
import { hash, type Options, verify } from '@node-rs/argon2'
import { errors } from '@toko/contracts'
import { type Metrics, requestContext } from '@toko/runtime'
import type { Passwords } from '../ports.ts'

/** OWASP's minimum for argon2id: 9.5 ms each (measured). `algorithm: 2` is argon2id; the library's const enum is not erasable. */
const parameters = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } satisfies Options

/** Hash of nothing that anybody has, with today's parameters: what an unknown account is compared with. */
const dummyHash = '$argon2id$v=19$m=19456,t=2,p=1$dG9rb3Rva290b2tvdG9rbw$1VKSFDUMCLLrX3mLVQwQvFQi4r6x0QnF9vQpgYJmZlY'

interface QueueOptions {
  readonly concurrency?: number
  /** Hashes that may wait; one more is refused before anything is started. */
  readonly maxWaiting: number
  readonly metrics: Metrics
}

/** Argon2id behind a bounded queue: more at once would only take memory (19 MiB each) and the thread pool from everybody. */
export function argon2Passwords({
  concurrency = availableParallelism(),
  maxWaiting,
  metrics,
}: QueueOptions): Passwords {
  const waiting: (() => void)[] = []
  let running = 0
  const hashes = metrics.counter('toko_password_hashes_total')
  const refused = metrics.counter('toko_password_hashes_refused_total')
  metrics.observedGauge('toko_password_hashes_waiting', () => waiting.length)

  async function queued<T>(purpose: 'hash' | 'verify', work: () => Promise<T>): Promise<T> {
    if (running >= concurrency) {
      if (waiting.length >= maxWaiting) {
        refused.inc({})
        throw errors.overloaded({ retryAfterSeconds: 1 })
      }
      await new Promise<void>((resolve) => waiting.push(resolve))
    } else running++
    try {
      // whoever asked has had the answer already: a hash now would only delay others
      if (requestContext()?.deadline.hasPassed()) throw errors.overloaded({ retryAfterSeconds: 1 })
      hashes.inc({ purpose })
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else running--
    }
  }

  return {
    hash: (password) => queued('hash', () => hash(password, parameters)),
    verify: (expected, password) =>
      queued('verify', async () => {
        const isSame = await verify(expected || dummyHash, password)
        return isSame && Boolean(expected)
      }),
    isOutdated(phc) {
      const [, m, t] = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=\d+\$/.exec(phc) ?? []
      return Number(m ?? 0) < parameters.memoryCost || Number(t ?? 0) < parameters.timeCost
    },
  }
}
