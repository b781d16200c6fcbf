import { createHmac } from 'node:crypto'
import {
  CompactEncrypt,
  type CryptoKey,
  exportJWK,
  exportSPKI,
  FlattenedSign,
  generateKeyPair,
  importJWK,
  type JWTPayload,
  jwtVerify,
  SignJWT,
} from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tokenProfile } from '@toko/http'
import { secretBox } from '../src/clients/secret-box.ts'
import { type Person, startUser, type UserUnderTest } from './harness.ts'

let user: UserUnderTest
let person: Person
let kid: string
let payload: JWTPayload & { roles?: unknown; sid?: unknown; auth_time?: unknown }
let signWith: CryptoKey
let attacker: Awaited<ReturnType<typeof generateKeyPair>>
let publicKey: CryptoKey

beforeAll(async () => {
  user = await startUser()
  person = await user.person()
  const [key] = (await user.call('GET /.well-known/jwks.json')).body.keys
  kid = key.kid
  publicKey = (await importJWK(key, 'ES256', { extractable: true })) as CryptoKey
  payload = (await jwtVerify(person.accessToken, publicKey)).payload
  // the service's own private key, as only it can open it: a wrong claim must be refused for itself, not for its signature
  const stored = await user.db.collection('signingKeys').findOne({ _id: kid as never })
  const opened = secretBox('a key secret of tests, 32 characters or more').open(String(stored!['sealedPrivateJwk']))
  signWith = (await importJWK(JSON.parse(opened), 'ES256')) as CryptoKey
  attacker = await generateKeyPair('ES256')
})
afterAll(() => user.stop())

const b64 = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')
const nowS = () => Math.floor(Date.now() / 1000)

interface Forged {
  readonly claims?: Record<string, unknown>
  readonly without?: string
  readonly header?: Record<string, unknown>
  readonly key?: CryptoKey
}
const header = (more: Record<string, unknown> = {}) => ({ alg: 'ES256', typ: tokenProfile.type, kid, ...more })
function forge({ claims = {}, without, header: more = {}, key = signWith }: Forged = {}): Promise<string> {
  const all: Record<string, unknown> = { ...payload, ...claims }
  if (without !== undefined) delete all[without]
  return new SignJWT(all).setProtectedHeader(header(more)).sign(key)
}
const parts = () => person.accessToken.split('.') as [string, string, string]
const unsigned = (alg: string) => `${b64(header({ alg }))}.${parts()[1]}.`
async function hmacWith(secret: string): Promise<string> {
  const head = `${b64(header({ alg: 'HS256' }))}.${parts()[1]}`
  return `${head}.${createHmac('sha256', secret).update(head).digest('base64url')}`
}
async function flattened(): Promise<string> {
  const sign = new FlattenedSign(new TextEncoder().encode(JSON.stringify(payload)))
  return JSON.stringify(await sign.setProtectedHeader(header()).sign(signWith))
}

describe('access tokens', () => {
  it('have the profile of RFC 9068 and nothing personal', async () => {
    expect(payload).toMatchObject({
      iss: tokenProfile.issuer,
      aud: tokenProfile.audience,
      sub: person.id,
      sid: person.session.id,
      roles: ['customer'],
    })
    expect(payload.exp! - payload.iat!).toBe(300)
    expect(person.expiresIn).toBe(300)
    expect(JSON.stringify(payload)).not.toContain('@')
    expect((await forge()).split('.')).toHaveLength(3)
    expect((await user.call('GET /users/me', { as: await forge() })).status, 'the tests sign like the service').toBe(
      200,
    )
  })

  const classes: readonly (readonly [string, () => string | Promise<string>])[] = [
    ['alg none', () => unsigned('none')],
    ['alg None', () => unsigned('None')],
    ['alg NONE', () => unsigned('NONE')],
    ['alg empty', () => unsigned('')],
    ['no signature', () => `${parts()[0]}.${parts()[1]}.`],
    ['two parts', () => `${parts()[0]}.${parts()[1]}`],
    ['four parts', () => `${person.accessToken}.x`],
    ['a changed payload', () => `${parts()[0]}.${b64({ ...payload, roles: ['admin'] })}.${parts()[2]}`],
    ['a changed signature', () => `${parts()[0]}.${parts()[1]}.${'A'.repeat(86)}`],
    ['HS256 with the public key (PEM)', async () => hmacWith(await exportSPKI(publicKey))],
    ['HS256 with the public key (JWK)', async () => hmacWith(JSON.stringify(await exportJWK(publicKey)))],
    ['HS256 with nothing', () => hmacWith('')],
    ['HS256 with the edge secret, as a user', () => hmacWith('secret of the edge from order')],
    [
      'ES384',
      async () => {
        const { privateKey } = await generateKeyPair('ES384')
        return forge({ header: { alg: 'ES384' }, key: privateKey })
      },
    ],
    ["the attacker's key under our kid", () => forge({ key: attacker.privateKey })],
    ['an unknown kid', () => forge({ header: { kid: 'unknown' } })],
    ['no kid', () => forge({ header: { kid: undefined } })],
    ['kid as a path', () => forge({ header: { kid: '../../../../dev/null' } })],
    ['kid as SQL', () => forge({ header: { kid: "' or 1=1 --" } })],
    ['kid of a prototype', () => forge({ header: { kid: '__proto__' } })],
    ['kid of 3 kB', () => forge({ header: { kid: 'k'.repeat(3000) } })],
    ['kid as an array', () => forge({ header: { kid: [kid] } })],
    [
      'jwk of the attacker',
      async () => forge({ header: { jwk: await exportJWK(attacker.publicKey), kid: 'x' }, key: attacker.privateKey }),
    ],
    [
      'jku of the attacker',
      () => forge({ header: { jku: 'http://127.0.0.1:9/keys', kid: 'x' }, key: attacker.privateKey }),
    ],
    [
      'x5u of the attacker',
      () => forge({ header: { x5u: 'http://127.0.0.1:9/cert', kid: 'x' }, key: attacker.privateKey }),
    ],
    [
      'an unknown crit',
      () => {
        const head = b64(header({ crit: ['x-toko'], 'x-toko': true }))
        return `${head}.${parts()[1]}.${parts()[2]}`
      },
    ],
    [
      'b64 false',
      () => {
        const head = b64(header({ crit: ['b64'], b64: false }))
        return `${head}.${parts()[1]}.${parts()[2]}`
      },
    ],
    ['an array as payload', () => `${parts()[0]}.${b64([payload])}.${parts()[2]}`],
    ['a text as payload', () => `${parts()[0]}.${b64('"x"')}.${parts()[2]}`],
    ['a nested token', () => `${parts()[0]}.${b64(person.accessToken)}.${parts()[2]}`],
    [
      'padded base64',
      () =>
        parts()
          .map((part) => `${part}=`)
          .join('.'),
    ],
    ['the JSON serialisation', () => flattened()],
    [
      'an encrypted token',
      () =>
        new CompactEncrypt(new TextEncoder().encode(JSON.stringify(payload)))
          .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
          .encrypt(new Uint8Array(32)),
    ],
    ['typ JWT', () => forge({ header: { typ: 'JWT' } })],
    ['no typ', () => forge({ header: { typ: undefined } })],
    ["a service's typ", () => forge({ header: { typ: 'svc+jwt' } })],
    ['no exp', () => forge({ without: 'exp' })],
    ['exp as text', () => forge({ claims: { exp: `${nowS() + 300}` } })],
    ['exp past', () => forge({ claims: { iat: nowS() - 600, exp: nowS() - 61 } })],
    ['nbf ahead', () => forge({ claims: { nbf: nowS() + 600 } })],
    ['iat ahead', () => forge({ claims: { iat: nowS() + 120, exp: nowS() + 420 } })],
    ['no iat', () => forge({ without: 'iat' })],
    ['another iss', () => forge({ claims: { iss: 'https://evil.test' } })],
    ['no iss', () => forge({ without: 'iss' })],
    ['another aud', () => forge({ claims: { aud: 'https://toko.test/other' } })],
    ['no aud', () => forge({ without: 'aud' })],
    ['no sub', () => forge({ without: 'sub' })],
    ['sub as an object', () => forge({ claims: { sub: { $ne: '' } } })],
    ['sub as an array', () => forge({ claims: { sub: [person.id] } })],
    ['no sid', () => forge({ without: 'sid' })],
    ['sid as an object', () => forge({ claims: { sid: { $ne: '' } } })],
    ['no auth_time', () => forge({ without: 'auth_time' })],
    ['auth_time as text', () => forge({ claims: { auth_time: 'now' } })],
    ['no roles', () => forge({ without: 'roles' })],
    ['roles as text', () => forge({ claims: { roles: 'admin' } })],
    ['an unknown role', () => forge({ claims: { roles: ['root'] } })],
    ['no jti', () => forge({ without: 'jti' })],
    ['nothing', () => ''],
    ['not a token', () => 'nonsense'],
    ['a refresh token', () => person.refreshToken],
  ]

  it.each(classes)('are refused: %s', async (_what, make) => {
    const token = await make()
    const answer = await user.call('GET /users/me', { headers: { authorization: `Bearer ${token}` } })
    expect([answer.status, answer.body.code]).toEqual([401, 'unauthenticated'])
    expect(answer.headers['www-authenticate']).toBe('Bearer')
    const signOut = await user.call('DELETE /sessions/current', { headers: { authorization: `Bearer ${token}` } })
    expect(token === person.refreshToken || signOut.status === 401).toBe(true)
  })

  it('says how many classes were tried', () => expect(classes.length).toBeGreaterThanOrEqual(40))

  it("of one's own session do not work with another's id", async () => {
    const other = await user.person()
    const mixed = await forge({ claims: { sub: other.id } })
    expect((await user.call('GET /users/me/export', { as: mixed })).status).toBe(401)
  })
})
