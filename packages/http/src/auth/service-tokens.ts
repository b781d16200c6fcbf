import { jwtVerify, SignJWT } from 'jose'
import { errors } from '@toko/contracts'
import type { ServicePrincipal } from './principal.ts'

/** Distinguishes a service's token from a person's by its header. */
export const serviceTokenType = 'svc+jwt'

const lifeS = 60
const bytes = (secret: string) => new TextEncoder().encode(secret)

/** Makes bearer tokens for calls from one service to another (`authorization` of the HTTP client); the secret belongs to that edge alone. */
export function serviceToken(caller: string, callee: string, secret: string): () => Promise<string> {
  const key = bytes(secret)
  let cached: Promise<string> | undefined
  let renewAtMs = 0
  return () => {
    if (cached && Date.now() < renewAtMs) return cached
    renewAtMs = Date.now() + (lifeS * 1000) / 2
    cached = new SignJWT()
      .setProtectedHeader({ alg: 'HS256', typ: serviceTokenType })
      .setIssuer(caller)
      .setAudience(callee)
      .setIssuedAt()
      .setExpirationTime(`${lifeS}s`)
      .sign(key)
    return cached
  }
}

export type ServiceVerifier = (token: string, caller: string) => Promise<ServicePrincipal>

/** @param secrets secret of each edge that leads here, by caller: `{ order: '…' }` */
export function serviceVerifier(callee: string, secrets: Readonly<Record<string, string>>): ServiceVerifier {
  const keys = new Map(Object.entries(secrets).map(([caller, secret]) => [caller, bytes(secret)]))
  return async (token, caller) => {
    const key = keys.get(caller)
    if (!key) throw errors.unauthenticated()
    await jwtVerify(token, key, {
      issuer: caller,
      audience: callee,
      typ: serviceTokenType,
      algorithms: ['HS256'],
      clockTolerance: 60,
      requiredClaims: ['iss', 'aud', 'exp', 'iat'],
    }).catch((cause: unknown) => {
      throw errors.unauthenticated({ cause })
    })
    return { kind: 'service', name: caller }
  }
}
