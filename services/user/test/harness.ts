import { randomUUID } from 'node:crypto'
import mongoose from 'mongoose'
import type { RequestListener } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import request, { type Response } from 'supertest'
import { expect } from 'vitest'
import type { Role } from '@toko/contracts'
import { type JWTVerifyGetKey, serviceToken } from '@toko/http'
import { createInProcessBus } from '@toko/messaging'
import { type Clock, createLogger, createMetrics, loadConfig } from '@toko/runtime'
import { eventually, testMongoUrl } from '@toko/testkit'
import { userConfig } from '../src/config.ts'
import { createUserService } from '../src/service.ts'

export const secrets = {
  fromOrder: 'secret of the edge from order',
  fromProduct: 'secret of the edge from product',
  fromCli: 'secret of the edge from the cli',
}

export const newEmail = () => `person-${randomUUID().slice(0, 12)}@users.test`
const newDatabaseName = () => `user_${randomUUID().slice(0, 8)}`
/** Marked, so that a scan of answers and log lines finds any that got out. */
export const newPassword = () => `MARKER-pass phrase ${randomUUID()}`

/** The order service as the user service knows it. */
export async function fakeOrderService() {
  const state = { open: 0, status: 200, asked: 0 }
  const server = createServer((_request, response) => {
    state.asked++
    response.writeHead(state.status, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ open: state.open }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { state, url, stop: () => new Promise<void>((resolve) => server.close(() => resolve())) }
}

export interface StartOptions {
  readonly variables?: Record<string, string>
  readonly clock?: Clock
  readonly database?: string
  readonly orderUrl?: string
  readonly mongoUrl?: string
  /** In place of the service's own keys. */
  readonly userKeys?: JWTVerifyGetKey
}

interface Call {
  readonly as?: string
  readonly body?: unknown
  readonly ifMatch?: number | string
  readonly headers?: Record<string, string>
}

/** One replica of the service, with everything that it logged and answered. */
export async function startUser({
  variables = {},
  clock,
  database = newDatabaseName(),
  mongoUrl = testMongoUrl(),
  orderUrl,
  userKeys,
}: StartOptions = {}) {
  const lines: string[] = []
  const answers: string[] = []
  /** Tokens that were given out: none may stand in a log line. */
  const issued: string[] = []
  const log = createLogger('user', 'trace', { write: (line) => lines.push(line) })
  const metrics = createMetrics('user', { processMetrics: false })
  const bus = createInProcessBus({ log, metrics: createMetrics('bus', { processMetrics: false }) })
  const config = loadConfig('USER', userConfig, {
    USER_PORT: '0',
    USER_ADMIN_PORT: '0',
    USER_MONGO_URL: mongoUrl,
    USER_MONGO_DATABASE: database,
    USER_MONGO_TIMEOUT_MS: '5000',
    USER_PUBLIC_URL: 'http://shop.test',
    USER_ORDER_URL: orderUrl ?? 'http://127.0.0.1:9',
    USER_TO_ORDER_SECRET: 'secret of the edge to order',
    USER_FROM_ORDER_SECRET: secrets.fromOrder,
    USER_FROM_PRODUCT_SECRET: secrets.fromProduct,
    USER_FROM_CLI_SECRET: secrets.fromCli,
    USER_KEY_SECRET: 'a key secret of tests, 32 characters or more',
    USER_MAIL_SWEEP_MS: '100',
    USER_SWEEP_EVERY_MS: '100',
    USER_OUTBOX_SLOW_PATH_MS: '500',
    USER_MAX_LOOP_DELAY_MS: '20000',
    USER_BUDGET_FACTOR: '4',
    USER_CHECKS_ANSWERS: 'true',
    ...variables,
  })
  const service = createUserService(config, {
    log,
    metrics,
    bus,
    ...(clock ? { clock } : {}),
    ...(userKeys ? { userKeys } : {}),
  })
  await bus.start?.()
  await service.start?.()
  const client = mongoose.createConnection(mongoUrl, { dbName: database })
  await client.asPromise()
  // only what no index serves: a profile of everything doubles the server's work
  const profiled = { appName: 'toko-user', planSummary: 'COLLSCAN' }
  await client.db!.command({ profile: 1, filter: profiled })

  async function call(target: string, { as, body, ifMatch, headers = {} }: Call = {}): Promise<Response> {
    const [method = '', path = ''] = target.split(' ')
    const test = request(service.app as RequestListener)
      [method.toLowerCase() as 'post'](path)
      .ok(() => true)
    for (const [name, value] of Object.entries(headers)) test.set(name, value)
    if (as !== undefined) test.set('Authorization', as.startsWith('Bearer ') ? as : `Bearer ${as}`)
    if (ifMatch !== undefined) test.set('If-Match', typeof ifMatch === 'number' ? `"${ifMatch}"` : ifMatch)
    const answer = await (body === undefined ? test : test.send(body as object))
    if (!path.startsWith('/mailbox')) answers.push(`${JSON.stringify(answer.headers)}\n${answer.text}`)
    const { accessToken, refreshToken } = (answer.body ?? {}) as { accessToken?: string; refreshToken?: string }
    issued.push(...[accessToken, refreshToken?.split('.')[1]].filter((token) => token !== undefined))
    return answer
  }

  const asService = async (name: 'order' | 'product' | 'cli') => {
    const secret = { order: secrets.fromOrder, product: secrets.fromProduct, cli: secrets.fromCli }[name]
    return `Bearer ${await serviceToken(name, 'user', secret)()}`
  }

  /** Newest mail of a template to an address, waited for. */
  async function mailTo(to: string, template: string) {
    return eventually(async () => {
      const { body } = await call(`GET /mailbox?limit=100&to=${encodeURIComponent(to)}`, { as: await asService('cli') })
      const mail = body.items?.find((item: { template: string }) => item.template === template)
      if (!mail) throw new Error(`no ${template} to ${to}: ${JSON.stringify(body)}`)
      return mail as { subject: string; text: string; link: string; id: string }
    })
  }
  async function tokenIn(to: string, template: string): Promise<string> {
    const token = /#token=([\w-]+)/.exec((await mailTo(to, template)).link)![1]!
    issued.push(token)
    return token
  }

  async function signIn(email: string, password: string, headers: Record<string, string> = {}) {
    const answer = await call('POST /sessions', { body: { email, password }, headers })
    if (answer.status !== 201) throw new Error(`sign-in: ${answer.status} ${answer.text}`)
    return answer.body as {
      accessToken: string
      refreshToken: string
      expiresIn: number
      session: { id: string; isCurrent: boolean }
    }
  }

  /** A verified account with a session, by the seed's door: one hash instead of a registration's journey. */
  async function person(roles: readonly Role[] = []) {
    const [email, password] = [newEmail(), newPassword()]
    const seeded = await call('PUT /internal/accounts', {
      as: await asService('cli'),
      body: { email, password, roles },
    })
    if (seeded.status !== 200) throw new Error(`seed: ${seeded.status} ${seeded.text}`)
    const signedIn = await signIn(email, password)
    return { id: seeded.body.id as string, email, password, ...signedIn }
  }

  const auditOf = async (userId: string) =>
    (await client.collection('audit').find({ userId }).sort({ at: 1 }).toArray()).map(({ action }) => action as string)

  /** Queries of the service that no index served. */
  async function collectionScans(): Promise<unknown[]> {
    const profile = client.collection('system.profile')
    const scans = await profile.find({ appName: 'toko-user', planSummary: 'COLLSCAN' }).toArray()
    return scans.map(({ ns, command }) => ({ ns, command }))
  }
  /** U5 and the rule that every query has its index, for all that the test file did. */
  async function stop() {
    await service.stop?.()
    await bus.stop?.()
    const scans = await collectionScans()
    await client.close()
    expect(scans).toEqual([])
    expect(lines.length).toBeGreaterThan(0)
    const logged = lines.join('')
    expect(
      issued.filter((token) => logged.includes(token)),
      'tokens in log lines',
    ).toEqual([])
    for (const marker of ['MARKER', '$argon2', '@users.test', 'ses_', ...Object.values(secrets)])
      expect(logged.includes(marker), `${marker} in log lines`).toBe(false)
    const answered = answers.join('\n')
    for (const marker of ['MARKER', '$argon2', 'passwordHash":"', 'sealed', 'deviceMark', 'outbox', ' at file:'])
      expect(answered.includes(marker), `${marker} in answers`).toBe(false)
  }
  return {
    service,
    app: service.app as RequestListener,
    bus,
    metrics,
    lines,
    answers,
    database,
    db: client,
    call,
    asService,
    mailTo,
    tokenIn,
    signIn,
    person,
    auditOf,
    stop,
  }
}

export type UserUnderTest = Awaited<ReturnType<typeof startUser>>
export type Person = Awaited<ReturnType<UserUnderTest['person']>>

export const times = <T>(count: number, work: (index: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, index) => work(index)))
