import { createLocalJWKSet, exportJWK, generateKeyPair, type JSONWebKeySet, type JWTVerifyGetKey, SignJWT } from 'jose'
import { newId, type Role } from '@toko/contracts'
import { tokenProfile } from '@toko/http'

export interface TestTokens {
  /** What a service under test verifies with, in place of the user service's key set. */
  readonly keys: JWTVerifyGetKey
  /** The same as the user service publishes it. */
  readonly keySet: JSONWebKeySet
  /** An Authorization header of a person; `ageS` seconds since the sign-in. */
  user(id?: string, options?: { roles?: readonly Role[]; ageS?: number; sessionId?: string }): Promise<string>
}

/** Signs access tokens like the user service does, with a key of its own. */
export async function testTokens(): Promise<TestTokens> {
  const { publicKey, privateKey } = await generateKeyPair('ES256')
  const jwk = { ...(await exportJWK(publicKey)), kid: 'test', alg: 'ES256', use: 'sig' }
  const keySet = { keys: [jwk] }
  return {
    keys: createLocalJWKSet(keySet),
    keySet,
    async user(id = newId('usr'), { roles = ['customer'], ageS = 0, sessionId = newId('ses') } = {}) {
      const nowS = Math.floor(Date.now() / 1000)
      const token = await new SignJWT({ sid: sessionId, roles: [...roles], auth_time: nowS - ageS })
        .setProtectedHeader({ alg: 'ES256', typ: tokenProfile.type, kid: 'test' })
        .setSubject(id)
        .setJti(newId('evt'))
        .setIssuer(tokenProfile.issuer)
        .setAudience(tokenProfile.audience)
        .setIssuedAt(nowS)
        .setExpirationTime(nowS + 300)
        .sign(privateKey)
      return `Bearer ${token}`
    },
  }
}
