import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fakeClock } from '@toko/testkit'
import { newEmail, newPassword, startUser, times, type UserUnderTest } from './harness.ts'

const clock = fakeClock()
let user: UserUnderTest
beforeAll(async () => {
  user = await startUser({ clock, variables: { USER_TRUSTED_PROXIES: '1' } })
})
afterAll(() => user.stop())

let network = 0
/** Each test from a network of its own. */
const newIp = () => `10.${Math.floor(++network / 250)}.${network % 250}.7`
const guess = (email: string, password: string, ip: string) =>
  user.call('POST /sessions', { body: { email, password }, headers: { 'x-forwarded-for': ip } })
const wrong = (email: string, ip: string) => guess(email, newPassword(), ip)

describe('by account', () => {
  it('lets 5 failures pass, then doubles the wait from 1 s, and a right password is never refused for longer (U6)', async () => {
    const person = await user.person()
    const ip = newIp()
    for (let i = 0; i < 5; i++) expect((await wrong(person.email, ip)).status).toBe(401)
    for (const waitS of [1, 2, 4, 8, 16]) {
      const refused = await guess(person.email, person.password, newIp())
      expect([refused.status, refused.body.code, refused.headers['retry-after']]).toEqual([
        429,
        'quota-exceeded',
        `${waitS}`,
      ])
      clock.advance(waitS * 1000)
      expect((await wrong(person.email, ip)).status, `after ${waitS} s`).toBe(401)
    }
    const refused = await guess(person.email, person.password, newIp())
    expect(refused.status).toBe(429)
    const waitS = Number(refused.headers['retry-after'])
    expect(waitS).toBeLessThanOrEqual(900)
    clock.advance(waitS * 1000)
    expect((await guess(person.email, person.password, ip)).status).toBe(201)
    expect((await wrong(person.email, ip)).status, 'counted anew').toBe(401)
  })

  it('lets no more than 10 of 100 parallel guesses be judged', async () => {
    const person = await user.person()
    const answers = await times(100, () => wrong(person.email, newIp()))
    const judged = answers.filter(({ status }) => status === 401)
    expect(judged.length).toBeLessThanOrEqual(10)
    expect(judged.length).toBeGreaterThan(0)
    for (const { status, headers } of answers.filter((answer) => answer.status !== 401)) {
      expect(status).toBe(429)
      expect(Number(headers['retry-after'])).toBeGreaterThan(0)
    }
    clock.advance(15 * 60_000)
    expect((await guess(person.email, person.password, newIp())).status).toBe(201)
  })

  it('treats an unknown e-mail the same, answer by answer', async () => {
    const [known, unknown] = [(await user.person()).email, newEmail()]
    const story = async (email: string) => {
      const seen: string[] = []
      const ip = newIp()
      for (let i = 0; i < 8; i++) {
        const { status, body, headers } = await wrong(email, ip)
        const { 'x-request-id': _id, date: _date, ...comparable } = headers as Record<string, string>
        seen.push(JSON.stringify([status, { ...body, requestId: '' }, comparable]))
      }
      return seen
    }
    expect(await story(unknown)).toEqual(await story(known))
  })

  it('leaves a reset possible while it lasts, and a reset ends it', async () => {
    const person = await user.person()
    const ip = newIp()
    for (let i = 0; i < 6; i++) await wrong(person.email, ip)
    expect((await guess(person.email, person.password, ip)).status).toBe(429)
    expect((await user.call('POST /password-resets', { body: { email: person.email } })).status).toBe(202)
    const token = await user.tokenIn(person.email, 'reset-password')
    const next = newPassword()
    const done = await user.call('POST /password-resets/confirmations', { body: { token, password: next } })
    expect(done.status).toBe(204)
    expect((await guess(person.email, next, ip)).status).toBe(201)
  })

  it('lets ten people at a time sign in with one account', async () => {
    const person = await user.person()
    const answers = await times(10, () => guess(person.email, person.password, newIp()))
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 201))
  })

  it('keeps digests of e-mails and networks, not themselves', async () => {
    await wrong('marked-for-throttle@users.test', '10.200.9.7')
    const stored = JSON.stringify(await user.db.collection('loginThrottle').find({}).toArray())
    expect(stored).not.toMatch(/users\.test|10\.200\.9/)
  })
})

describe('by network', () => {
  it('limits spraying over many accounts, in one /24 and one /56, and believes one proxy only', async () => {
    const strict = await startUser({
      clock: fakeClock(), // stands still: all of it in one window
      variables: { USER_TRUSTED_PROXIES: '1', USER_SIGN_IN_FAILS_PER_IP: '20' },
    })
    const spray = (forwarded: string) =>
      strict.call('POST /sessions', {
        body: { email: newEmail(), password: newPassword() },
        headers: { 'x-forwarded-for': forwarded },
      })
    try {
      for (const addressOf of [
        (i: number) => `192.0.2.${i}`,
        (i: number) => `2001:db8:0:1200::${i}`,
        (i: number) => `2001:db8:0:13${i.toString(16).padStart(2, '0')}::1`,
        (i: number) => `203.0.113.${i}, 198.51.100.9`,
      ]) {
        const statuses: number[] = []
        for (let i = 0; i < 25; i++) statuses.push((await spray(addressOf(i))).status)
        expect(statuses.slice(0, 20)).toEqual(Array.from({ length: 20 }, () => 401))
        expect(statuses.slice(20), addressOf(1)).toEqual(Array.from({ length: 5 }, () => 429))
      }
      expect((await spray('192.0.3.1')).status, 'the neighbour is not hit').toBe(401)
    } finally {
      await strict.stop()
    }
  })

  it('does not count successes', async () => {
    const strict = await startUser({ variables: { USER_SIGN_IN_FAILS_PER_IP: '1' } })
    try {
      const person = await strict.person()
      for (let i = 0; i < 5; i++) {
        const { email, password } = person
        expect((await strict.call('POST /sessions', { body: { email, password } })).status).toBe(201)
      }
    } finally {
      await strict.stop()
    }
  })

  it('limits requests for mails', async () => {
    const strict = await startUser({ clock: fakeClock(), variables: { USER_MAIL_REQUESTS_PER_IP: '3' } })
    try {
      const statuses: number[] = []
      for (let i = 0; i < 2; i++)
        for (const target of ['POST /password-resets', 'POST /email-verifications/requests'])
          statuses.push((await strict.call(target, { body: { email: newEmail() } })).status)
      expect(statuses).toEqual([202, 202, 202, 429])
      const register = await strict.call('POST /users', { body: { email: newEmail(), password: newPassword() } })
      expect([register.status, Number(register.headers['retry-after']) > 0]).toEqual([429, true])
    } finally {
      await strict.stop()
    }
  })
})

describe('hashing', () => {
  it('answers 503 when too many hashes wait, and that guess does not count', async () => {
    const narrow = await startUser({ variables: { USER_HASH_QUEUE: '1' } })
    try {
      const person = await narrow.person()
      const answers = await times(40, () =>
        narrow.call('POST /sessions', { body: { email: newEmail(), password: newPassword() } }),
      )
      const busy = answers.filter(({ status }) => status === 503)
      expect(busy.length).toBeGreaterThan(0)
      expect(busy[0]!.body.code).toBe('overloaded')
      expect(busy[0]!.headers['retry-after']).toBe('1')
      await times(10, () => narrow.call('POST /sessions', { body: { email: person.email, password: newPassword() } }))
      expect(await narrow.metrics.render()).toContain('toko_password_hashes_refused_total')
    } finally {
      await narrow.stop()
    }
  })

  /** U4: the hash is nearly all of a sign-in's time, so equal numbers of hashes are equal times. */
  it('runs as many hashes and database commands for an unknown e-mail as for a known one', async () => {
    const fresh = await startUser()
    try {
      const person = await fresh.person()
      await fresh.db.db!.command({ profile: 2, filter: 'unset' })
      const hashes = async () =>
        Number(/toko_password_hashes_total\{.*verify.*\} (\d+)/.exec(await fresh.metrics.render())?.[1])
      // without what the service does by itself all the time
      const commands = () =>
        fresh.db.collection('system.profile').countDocuments({
          appName: 'toko-user',
          $or: [{ ns: /loginThrottle$/ }, { ns: /users$/, 'command.filter.email': { $exists: true } }],
        })
      const cost = async (email: string) => {
        const before = [await hashes(), await commands()] as const
        for (let i = 0; i < 4; i++)
          expect((await fresh.call('POST /sessions', { body: { email, password: newPassword() } })).status).toBe(401)
        return [(await hashes()) - before[0], (await commands()) - before[1]]
      }
      await cost(newEmail()) // the network's counter exists from now on
      const [known, unknown] = [await cost(person.email), await cost(newEmail())]
      expect(unknown).toEqual(known)
      expect(known[0]).toBe(4)
      expect(known[1]).toBeGreaterThanOrEqual(4 * 5)
    } finally {
      await fresh.stop()
    }
  })

  it('takes as long for an unknown e-mail as for a wrong password, by the median of 120 pairs', async () => {
    const roomy = await startUser({
      variables: {
        USER_SIGN_IN_FREE_FAILS: '100000',
        USER_SIGN_IN_MAX_PER_WINDOW: '100000',
        USER_SIGN_IN_FAILS_PER_IP: '100000',
      },
    })
    try {
      const { email: known } = await roomy.person()
      const unknown = newEmail()
      const timed = async (email: string) => {
        const startedAt = performance.now()
        await roomy.call('POST /sessions', { body: { email, password: 'a wrong pass phrase' } })
        return performance.now() - startedAt
      }
      // The two of a pair share the machine's load of their moment.
      const ratios: number[] = []
      for (let i = 0; i < 120; i++) {
        const took = new Map<string, number>()
        for (const email of i % 2 ? [known, unknown] : [unknown, known]) took.set(email, await timed(email))
        ratios.push(took.get(unknown)! / took.get(known)!)
      }
      const ratio = ratios.toSorted((a, b) => a - b)[ratios.length >> 1]!
      expect(ratio).toBeGreaterThan(0.9)
      expect(ratio).toBeLessThan(1.1)
    } finally {
      await roomy.stop()
    }
  })
})
