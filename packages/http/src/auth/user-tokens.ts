import { createRemoteJWKSet, errors as joseErrors, jwtVerify, type JWTVerifyGetKey } from 'jose'
import { errors, Role } from '@toko/contracts'
import type { Part } from '@toko/runtime'
import type { UserPrincipal } from './principal.ts'

/** Claims that user service and verifiers agree on (RFC 9068). */
export const tokenProfile = {
  issuer: 'https://toko.test/user',
  audience: 'https://toko.test/api',
  type: 'at+jwt',
  algorithms: ['ES256'],
  clockToleranceS: 60,
}

export type UserVerifier = (token: string) => Promise<UserPrincipal>

/**
 * Keys of the user service. They are fetched when a token names an unknown key, at most every 30 s, and kept for ever:
 * signed-in users go on ordering while the user service is away.
 */
export function remoteKeys(jwksUrl: string): JWTVerifyGetKey & { reload(): Promise<void> } {
  return createRemoteJWKSet(new URL(jwksUrl), { timeoutDuration: 900, cooldownDuration: 30_000, cacheMaxAge: Infinity })
}

/** Fetches remote keys before the first token asks for them; a user service that is away holds nobody's start for a second. */
export const fetchedKeys = (keys: JWTVerifyGetKey & { reload?(): Promise<void> }): Part => ({
  name: 'user keys',
  start: () => keys.reload?.().catch(() => {}),
})

/** Verifies access tokens locally. @throws unauthenticated; dependency-unavailable when no key was ever fetched */
export function userVerifier(keys: JWTVerifyGetKey): UserVerifier {
  return async (token) => {
    const { payload } = await jwtVerify(token, keys, {
      issuer: tokenProfile.issuer,
      audience: tokenProfile.audience,
      typ: tokenProfile.type,
      algorithms: tokenProfile.algorithms,
      clockTolerance: tokenProfile.clockToleranceS,
      requiredClaims: ['sub', 'sid', 'jti', 'iat', 'exp', 'auth_time', 'roles'],
    }).catch(rejectToken)
    const { sub, sid, roles, auth_time: authTime, iat } = payload
    const known = Role.array().safeParse(roles)
    const isFromFuture = (iat ?? 0) > Date.now() / 1000 + tokenProfile.clockToleranceS
    if (
      typeof sub !== 'string' ||
      typeof sid !== 'string' ||
      typeof authTime !== 'number' ||
      !known.success ||
      isFromFuture
    )
      throw errors.unauthenticated()
    return { kind: 'user', id: sub, sessionId: sid, roles: known.data, authTimeMs: authTime * 1000 }
  }
}

/** A key set that can't be had is our fault (503); anything else about a token is the bearer's (401). */
function rejectToken(error: unknown): never {
  const isBearersFault = error instanceof joseErrors.JOSEError && !(error instanceof joseErrors.JWKSTimeout)
  const isJwksAnswer = error instanceof joseErrors.JOSEError && error.code === 'ERR_JOSE_GENERIC'
  if (isBearersFault && !isJwksAnswer) throw errors.unauthenticated({ cause: error })
  throw errors.dependencyUnavailable({ retryAfterSeconds: 1, cause: error })
}
