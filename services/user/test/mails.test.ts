import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { newId, orderEvents } from '@toko/contracts'
import { eventually } from '@toko/testkit'
import { newEmail, newPassword, startUser, type StartOptions, type UserUnderTest } from './harness.ts'

const started: { stop(): Promise<void> }[] = []
afterEach(async () => {
  for (const each of started.splice(0)) await each.stop()
})
async function start(options: StartOptions): Promise<UserUnderTest> {
  const user = await startUser(options)
  started.unshift(user)
  return user
}

/** A mail server on a free port that can refuse, be slow, or be away. */
async function smtp(options: SMTPServerOptions = {}, port = 0) {
  const mails: { to: string[]; text: string }[] = []
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    ...options,
    onData(stream, session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        mails.push({
          to: session.envelope.rcptTo.map(({ address }) => address),
          text: Buffer.concat(chunks).toString(),
        })
        done()
      })
    },
  })
  server.on('error', () => {}) // a client that goes away
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', () => resolve()))
  const address = server.server.address() as AddressInfo
  const stop = () => new Promise<void>((resolve) => server.close(() => resolve()))
  return { mails, port: address.port, url: `smtp://127.0.0.1:${address.port}`, stop }
}

const register = (user: UserUnderTest, email: string) =>
  user.call('POST /users', { body: { email, password: newPassword() } })
const tokenIn = (text: string) =>
  /#token=3D([\w-]+)/.exec(text.replaceAll('=\r\n', ''))?.[1] ?? /#token=([\w-]+)/.exec(text)![1]!

describe('mails by SMTP', () => {
  it('arrive with a link that works; there is no mailbox to read then, and nothing personal stays', async () => {
    const server = await smtp()
    started.push(server)
    const user = await start({ variables: { USER_SMTP_URL: server.url } })
    const email = newEmail()
    await register(user, email)
    const [mail] = await eventually(() => {
      expect(server.mails).toHaveLength(1)
      return server.mails
    })
    expect(mail!.to).toEqual([email])
    expect(mail!.text).toMatch(/^From: toko <no-reply@toko\.test>/m)
    expect(mail!.text).toMatch(/^Message-ID: <evt_\w+@toko>/im)
    const token = tokenIn(mail!.text)
    expect((await user.call('POST /email-verifications', { body: { token } })).status).toBe(204)
    expect((await user.call('GET /mailbox', { as: await user.asService('cli') })).status).toBe(404)
    const stored = await eventually(async () => {
      const [only] = await user.db.collection('mails').find({}).toArray()
      expect(only).toMatchObject({ state: 'delivered' })
      return only
    })
    for (const field of ['to', 'sealed', 'data', 'sentTo', 'dueAt']) expect(stored).not.toHaveProperty(field)
  })

  it('wait for a mail server that is away, then arrive; requests go on meanwhile', async () => {
    const away = await smtp()
    await away.stop()
    const user = await start({ variables: { USER_SMTP_URL: away.url, USER_MAIL_BACKOFF_MS: '50' } })
    const email = newEmail()
    const startedAt = performance.now()
    expect((await register(user, email)).status).toBe(202)
    expect(performance.now() - startedAt).toBeLessThan(1000)
    await eventually(async () => {
      const mail = await user.db.collection('mails').findOne({ to: email })
      expect(mail?.['attempts']).toBeGreaterThanOrEqual(2)
    })
    const back = await smtp({}, away.port)
    started.push(back)
    await eventually(() => expect(back.mails.map(({ to }) => to[0])).toEqual([email]))
    const token = tokenIn(back.mails[0]!.text)
    expect((await user.call('POST /email-verifications', { body: { token } })).status).toBe(204)
    expect(user.lines.join('')).not.toContain(token)
  })

  it('are given up when the server refuses the address for ever, tried again when only for now', async () => {
    let refusals = 0
    const server = await smtp({
      onRcptTo({ address }, _session, done) {
        const code = address.startsWith('never') ? 550 : refusals++ < 2 ? 451 : 0
        done(code ? Object.assign(new Error(`no <${address}>`), { responseCode: code }) : undefined)
      },
    })
    started.push(server)
    const user = await start({ variables: { USER_SMTP_URL: server.url, USER_MAIL_BACKOFF_MS: '20' } })
    await register(user, `never-${newEmail()}`)
    const later = newEmail()
    await eventually(async () => expect(await user.db.collection('mails').countDocuments({ state: 'failed' })).toBe(1))
    await register(user, later)
    await eventually(() => expect(server.mails.map(({ to }) => to[0])).toEqual([later]))
    expect(await user.metrics.render()).toMatch(/toko_mails_total\{outcome="failed".*\} 1/)
  })

  it('survive a restart between the request and the sending', async () => {
    const away = await smtp()
    await away.stop()
    const first = await startUser({ variables: { USER_SMTP_URL: away.url } })
    const email = newEmail()
    await register(first, email)
    await eventually(async () => expect(await first.db.collection('mails').countDocuments({ to: email })).toBe(1))
    await first.stop()
    const second = await start({ database: first.database })
    await second.mailTo(email, 'verify-email')
  })

  it('need an address of a mail server: anything else stops the start, unseen', () => {
    const refused = startUser({ variables: { USER_SMTP_URL: 'http://user:hidden-password@mail.test' } })
    return expect(refused).rejects.toThrow(/^user: USER_SMTP_URL is not an smtp:\/\/ or smtps:\/\/ URL$/)
  })
})

describe('the mailbox', () => {
  let user: UserUnderTest
  beforeAll(async () => {
    user = await startUser()
  })
  afterAll(() => user.stop())

  it('is for staff and services, newest first, page by page', async () => {
    const [customer, support] = [await user.person(), await user.person(['support'])]
    expect((await user.call('GET /mailbox', { as: customer.accessToken })).status).toBe(403)
    expect((await user.call('GET /mailbox')).status).toBe(401)
    for (const kind of ['first', 'second', 'third']) {
      await register(user, `${kind}.${customer.email}`)
      await user.mailTo(`${kind}.${customer.email}`, 'verify-email')
    }
    const page = await user.call('GET /mailbox?limit=2', { as: support.accessToken })
    expect(page.body.items.map(({ to }: { to: string }) => to.split('.')[0])).toEqual(['third', 'second'])
    const rest = await user.call(`GET /mailbox?limit=2&cursor=${page.body.next}`, { as: support.accessToken })
    expect(rest.body.items[0].to).toBe(`first.${customer.email}`)
  })

  it('tells the customer once per order and version, whatever comes again', async () => {
    const person = await user.person()
    const orderId = newId('ord')
    const publish = (status: 'confirmed' | 'cancelled', version: number) =>
      user.bus.publish({
        id: newId('evt'),
        source: 'order',
        type: orderEvents[status].type,
        subject: orderId,
        version,
        time: new Date().toISOString(),
        data: {
          orderId,
          number: 'AB12CD34EF',
          userId: person.id,
          version,
          status,
          currency: 'IDR',
          totalMinor: 125_000,
          lines: [],
        },
      })
    await Promise.all([publish('confirmed', 5), publish('confirmed', 5), publish('confirmed', 5)])
    const mail = await user.mailTo(person.email, 'order-confirmed')
    expect([mail.subject, mail.text]).toEqual([
      'Your order is confirmed: AB12CD34EF',
      expect.stringContaining('IDR 1,250.00'),
    ])
    await publish('cancelled', 7)
    await user.mailTo(person.email, 'order-cancelled')
    await publish('confirmed', 5)
    await publish('cancelled', 7)
    await eventually(() => expect(user.service.isIdle()).toBe(true))
    const { items } = (await user.call(`GET /mailbox?to=${person.email}`, { as: await user.asService('cli') })).body
    expect(items.map(({ template }: { template: string }) => template)).toEqual(['order-cancelled', 'order-confirmed'])
  })
})
