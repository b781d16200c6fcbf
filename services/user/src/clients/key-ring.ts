import { type CryptoKey, errors as joseErrors, exportJWK, generateKeyPair, importJWK, SignJWT } from 'jose'
import { errors, type JsonWebKeySet, newId } from '@toko/contracts'
import { untilReachable } from '@toko/database'
import { type JWTVerifyGetKey, tokenProfile } from '@toko/http'
import { type Clock, type Logger, type Part, repeat, UserFaultError } from '@toko/runtime'
import {
  nextKey,
  outdatedKeys,
  type RotationLimits,
  signingKeyAt,
  type SigningKeyPlan,
} from '../domain/signing-keys.ts'
import type { AccessTokens, SecretBox } from '../ports.ts'

interface KeyRecord extends SigningKeyPlan {
  readonly publicJwk: JsonWebKeySet['keys'][number]
  readonly sealedPrivateJwk: string
}

interface KeyRingOptions {
  readonly keys: {
    list(): Promise<KeyRecord[]>
    insert(key: KeyRecord): Promise<boolean>
    delete(kid: string): Promise<void>
  }
  readonly secrets: SecretBox
  readonly clock: Clock
  readonly log: Logger
  readonly limits: RotationLimits & { readonly accessTokenMs: number; readonly keyCheckMs: number }
}

export interface KeyRing extends AccessTokens, Part {
  /** For this service's own verification: no HTTP to itself. */
  readonly verificationKey: JWTVerifyGetKey
  /** Loads, makes and drops keys as their age says; start() does it once and a timer goes on. */
  rotate(): Promise<void>
}

/** Signing keys: read from the database, so that a restart and other replicas have the same ones. */
export function keyRing({ keys: store, secrets, clock, log, limits }: KeyRingOptions): KeyRing {
  let records: readonly KeyRecord[] = []
  const privateKeys = new Map<string, CryptoKey>()
  const publicKeys = new Map<string, CryptoKey>()

  async function load(): Promise<void> {
    records = await store.list()
    for (const { kid, publicJwk, sealedPrivateJwk } of records) {
      if (publicKeys.has(kid)) continue
      privateKeys.set(kid, (await importJWK(openKey(kid, sealedPrivateJwk), 'ES256')) as CryptoKey)
      publicKeys.set(kid, await importJWK({ ...publicJwk }, 'ES256'))
    }
    for (const kid of publicKeys.keys()) {
      if (records.some((record) => record.kid === kid)) continue
      publicKeys.delete(kid)
      privateKeys.delete(kid)
    }
  }

  function openKey(kid: string, sealed: string): Record<string, unknown> {
    try {
      return JSON.parse(secrets.open(sealed)) as Record<string, unknown>
    } catch (cause) {
      const message = `user: USER_KEY_SECRET does not open signing key ${kid}; set the secret it was made with, or empty the collection signingKeys (everybody's access token ends)`
      throw new UserFaultError(message, { cause })
    }
  }

  async function makeKey({ sequence, signsFromMs }: { sequence: number; signsFromMs: number }): Promise<void> {
    const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true })
    const kid = newId('evt').slice('evt_'.length)
    const { x = '', y = '' } = await exportJWK(publicKey)
    const publicJwk = { kty: 'EC', crv: 'P-256', x, y, kid, alg: 'ES256', use: 'sig' } as const
    const sealedPrivateJwk = secrets.seal(JSON.stringify(await exportJWK(privateKey)))
    const isOurs = await store.insert({ kid, sequence, signsFromMs, publicJwk, sealedPrivateJwk })
    if (isOurs) log.info({ kid, signs_from: new Date(signsFromMs).toISOString() }, 'new signing key')
  }

  async function rotate(): Promise<void> {
    await load()
    const next = nextKey(records, clock.now(), limits)
    if (next) await makeKey(next)
    for (const { kid } of outdatedKeys(records, clock.now(), limits)) await store.delete(kid)
    await load()
  }

  const timer = repeat({ name: 'signing keys', everyMs: limits.keyCheckMs, log, run: rotate })
  return {
    ...timer,
    rotate,
    async start() {
      await untilReachable(rotate)
      await timer.start?.()
    },
    keySet: () => ({ keys: records.map(({ publicJwk }) => ({ ...publicJwk })) }),
    async verificationKey(header) {
      // `kid` is a name in our own table and nothing else
      const key = typeof header.kid === 'string' ? publicKeys.get(header.kid) : undefined
      if (!key) throw new joseErrors.JWKSNoMatchingKey()
      return key
    },
    async sign({ userId, sessionId, roles, authTimeMs }) {
      const nowMs = clock.now()
      const record = signingKeyAt(records, nowMs)
      const key = record && privateKeys.get(record.kid)
      if (!key) throw errors.dependencyUnavailable({ detail: 'no signing key yet', retryAfterSeconds: 1 })
      const nowS = Math.floor(nowMs / 1000)
      return new SignJWT({
        sid: sessionId,
        roles: [...roles],
        auth_time: Math.floor(authTimeMs / 1000),
        client_id: 'toko',
        scope: 'shop',
      })
        .setProtectedHeader({ alg: 'ES256', typ: tokenProfile.type, kid: record.kid })
        .setIssuer(tokenProfile.issuer)
        .setAudience(tokenProfile.audience)
        .setSubject(userId)
        .setJti(newId('evt'))
        .setIssuedAt(nowS)
        .setExpirationTime(nowS + Math.floor(limits.accessTokenMs / 1000))
        .sign(key)
    },
  }
}
