import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { AttemptRecord, Replica } from '@toko/cli'
import { eventually } from '@toko/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type LoadedShop, startLoadedShop } from './loaded-shop.ts'
import type { Misfortune } from './misfortunes.ts'

const hourMs = 3_600_000
let under: LoadedShop

beforeAll(async () => {
  under = await startLoadedShop({
    replicas: { order: 2, product: 2 },
    restartDelayMs: 200,
    preloads: [fileURLToPath(new URL('misfortunes.ts', import.meta.url))],
    // Sweepers are as quick after the hundredth try as after the first.
    env: { ORDER_MAX_BACKOFF_MS: '2000', PRODUCT_MAX_BACKOFF_MS: '2000' },
    envOf: (service, index): Record<string, string> =>
      service === 'product' && index === 1 ? { NODE_OPTIONS: '--max-old-space-size=96' } : {},
  })
  await under.begin({ clients: 4, rate: 6 })
  await isWell() // by now every service has the keys that tokens are checked with
}, 240_000)
afterAll(async () => {
  await under.stop()
}, 240_000)

const ask = (replica: Replica, misfortune: Misfortune) => replica.ask(misfortune)
const placedSince = (fromMs: number) =>
  under.attemptsSince(fromMs).filter(({ op, outcome }) => op === 'place' && outcome === 'ok')
const told = ({ op, outcome, status, reason }: AttemptRecord) => `${op} ${outcome} ${status} ${reason}`

/** Orders are taken and ended again, and the books are as they should be. */
async function isWell(): Promise<void> {
  await Promise.all(under.shop.replicas.map((replica) => eventually(() => expect(replica.isReady).toBe(true))))
  const fromMs = performance.now()
  await eventually(() => expect(placedSince(fromMs).length).toBeGreaterThan(4), { timeoutMs: 40_000 })
  expect(await under.faultsInBooks()).toEqual([])
}

async function signIn(): Promise<number> {
  const answer = await fetch(`${under.shop.urls.user}/sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'nobody@toko.test', password: 'wrong but long enough' }),
    signal: AbortSignal.timeout(5000),
  })
  return answer.status
}

describe('a shop under load', { timeout: 90_000 }, () => {
  it('5: sells to who is signed in while the user service is down; signing in fails at once', async () => {
    const [user] = under.replicasOf('user') as [Replica]
    const backUp = new AbortController()
    const staysDown = (async () => {
      for (; !backUp.signal.aborted; await sleep(20)) user.kill()
    })()
    try {
      await eventually(() => expect(user.isReady).toBe(false))
      const fromMs = performance.now()
      // The balancer of these tests knows no HTTP: an ingress says 503 where it resets.
      await expect(signIn()).rejects.toMatchObject({ cause: { code: expect.stringMatching(/ECONNRESET|SOCKET/) } })
      expect(performance.now() - fromMs).toBeLessThan(2000)
      await eventually(() => expect(placedSince(fromMs + 2000).length).toBeGreaterThan(4), { timeoutMs: 40_000 })
      const refused = under.attemptsSince(fromMs).filter(({ status }) => status === 401 || (status ?? 0) >= 500)
      expect(refused.map(told)).toEqual([])
    } finally {
      backUp.abort()
      await staysDown
    }
    await eventually(async () => expect(await signIn()).toBe(401))
    await isWell()
  })

  it('5: a user service without its database answers 503, and takes part again when it is back', async () => {
    const { pid } = under.shop.mongods.user
    process.kill(pid!, 'SIGSTOP')
    const fromMs = performance.now()
    try {
      expect(await signIn()).toBe(503)
      expect(performance.now() - fromMs).toBeLessThan(4000)
      await eventually(() => expect(placedSince(fromMs).length).toBeGreaterThan(2))
    } finally {
      process.kill(pid!, 'SIGCONT')
    }
    await eventually(async () => expect(await signIn()).toBe(401), { timeoutMs: 40_000 })
  })

  it('6: goes on while a replica of two services is stopped for 5 s; their late writes change nothing', async () => {
    const stopped = [under.replicasOf('order')[0]!, under.replicasOf('product')[0]!]
    const exits = stopped.map((replica) => replica.exits.length)
    for (const replica of stopped) expect(replica.pause()).toBe(true)
    await eventually(() => expect(stopped.map(({ isReady }) => isReady)).toEqual([false, false]))
    const fromMs = performance.now()
    try {
      await sleep(4000)
      await eventually(() => expect(placedSince(fromMs).length).toBeGreaterThan(4), { timeoutMs: 40_000 })
    } finally {
      for (const replica of stopped) replica.resume()
    }
    await isWell()
    expect(stopped.map((replica) => replica.exits.length)).toEqual(exits)
  })

  it('7: a rolling restart by SIGTERM, five times, is noticed by nobody', async () => {
    const [order, product] = [under.replicasOf('order'), under.replicasOf('product')]
    const rounds = [[order[0]!, product[0]!], [order[1]!, product[1]!], [order[0]!]]
    for (const round of rounds) {
      const fromMs = performance.now()
      const before = round.map(({ exits }) => exits.length)
      for (const replica of round) replica.kill('SIGTERM')
      // The drain delay of 5 s included; the grace is 42 s.
      await eventually(() => expect(round.map(({ exits }) => exits.length)).toEqual(before.map((count) => count + 1)), {
        timeoutMs: 20_000,
        everyMs: 50,
      })
      expect(round.map(({ exits }) => exits.at(-1))).toMatchObject(round.map(() => ({ code: 0, signal: null })))
      await Promise.all(round.map((replica) => eventually(() => expect(replica.isReady).toBe(true), { everyMs: 50 })))
      const attempts = under.attemptsSince(fromMs)
      const broken = attempts.filter(({ status }) => status === null || (status >= 500 && status !== 503))
      expect(broken.map(told)).toEqual([])
      // "Not now": what a server may say that has no time left, on a machine that has none.
      expect(attempts.filter(({ status }) => status === 503).length).toBeLessThan(1 + attempts.length / 50)
      expect(placedSince(fromMs).length).toBeGreaterThan(10)
    }
    await isWell()
  })

  it('8: an event loop that stands still for 3 s: not ready, not restarted, nothing done twice', async () => {
    const blocked = [under.replicasOf('order')[1]!, under.replicasOf('product')[0]!]
    const exits = blocked.map((replica) => replica.exits.length)
    const fromMs = performance.now()
    await Promise.all(blocked.map((replica) => ask(replica, { kind: 'block', ms: 3000 })))
    await eventually(() => expect(blocked.map(({ isReady }) => isReady)).toEqual([false, false]), {
      timeoutMs: 3000,
      everyMs: 10,
    })
    await eventually(() => expect(blocked.map(({ isReady }) => isReady)).toEqual([true, true]))
    expect(performance.now() - fromMs).toBeGreaterThan(3000)
    await isWell()
    expect(blocked.map((replica) => replica.exits.length)).toEqual(exits)
    for (const { adminUrl } of blocked) expect((await fetch(`${adminUrl}/livez`)).status).toBe(200)
  })

  it("9: a process that runs out of memory ends at V8's limit and is started again", async () => {
    const leaking = under.replicasOf('product')[1]!
    const before = leaking.exits.length
    await ask(leaking, { kind: 'leak' })
    await eventually(() => expect(leaking.exits.length).toBe(before + 1), { timeoutMs: 40_000 })
    expect(leaking.exits.at(-1)).toMatchObject({ signal: 'SIGABRT', isOurs: false })
    expect(readFileSync(leaking.logFile, 'utf8')).toContain('JavaScript heap out of memory')
    await isWell()
  })

  it('10: a promise that nobody looks after ends the process, with one line in its log', async () => {
    const unlucky = under.replicasOf('order')[0]!
    const before = unlucky.exits.length
    await ask(unlucky, { kind: 'reject' })
    await eventually(() => expect(unlucky.exits.length).toBe(before + 1), { timeoutMs: 45_000 })
    expect(unlucky.exits.at(-1)).toMatchObject({ code: 1, isOurs: false })
    const lines = readFileSync(unlucky.logFile, 'utf8')
      .split('\n')
      .filter((line) => line.includes('nobody looks after me'))
    expect(lines.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual(['uncaught error'])
    await isWell()
  })

  it('37: the clock of a service jumps an hour ahead, an hour behind, and back', async () => {
    for (const service of ['product', 'order'] as const) {
      for (const offsetMs of [hourMs, -hourMs, hourMs, 0]) {
        const fromMs = performance.now()
        // One replica alone: two of one service need not agree either.
        await ask(under.replicasOf(service)[0]!, { kind: 'clock', offsetMs })
        await eventually(() => expect(placedSince(fromMs).length).toBeGreaterThan(4), { timeoutMs: 40_000 })
        expect(
          under
            .attemptsSince(fromMs)
            .filter(({ status }) => status === 401)
            .map(told),
        ).toEqual([])
      }
    }
    await isWell()
  })

  it('has kept every promise in the end', async () => {
    const { faults, verdict, restMs } = await under.judged(60_000)
    expect(faults).toEqual([])
    expect(restMs).toBeLessThan(60_000)
    expect(verdict.history.acknowledged).toBeGreaterThan(100)
  })
})
