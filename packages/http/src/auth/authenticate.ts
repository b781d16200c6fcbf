import { decodeJwt, decodeProtectedHeader } from 'jose'
import { errors } from '@toko/contracts'
import type { Auth } from '../server/route.ts'
import { hasRole, type Principal } from './principal.ts'
import { type ServiceVerifier, serviceTokenType } from './service-tokens.ts'
import type { UserVerifier } from './user-tokens.ts'

export interface Verifiers {
  readonly user?: UserVerifier
  readonly service?: ServiceVerifier
}

/** An act of high risk asks for a sign-in younger than this. */
const recentAuthMs = 10 * 60_000

/** Who sent the request: undefined without a token. @throws unauthenticated for a token that is not valid */
async function identify(authorization: string | undefined, verifiers: Verifiers): Promise<Principal | undefined> {
  if (authorization === undefined) return undefined
  const token = /^Bearer ([\w.~+/=-]{1,4096})$/i.exec(authorization)?.[1]
  if (!token) throw errors.unauthenticated()
  let isService: boolean
  let issuer: string | undefined
  try {
    isService = decodeProtectedHeader(token).typ === serviceTokenType
    issuer = decodeJwt(token).iss
  } catch (cause) {
    throw errors.unauthenticated({ cause })
  }
  if (isService && verifiers.service) return verifiers.service(token, String(issuer))
  if (!isService && verifiers.user) return verifiers.user(token)
  throw errors.unauthenticated()
}

/** Lets a request pass or throws: unauthenticated, reauthentication-required or, for functions only, forbidden. */
export async function authenticate(
  authorization: string | undefined,
  auth: Auth,
  needsRecentAuth: boolean,
  verifiers: Verifiers,
): Promise<Principal | undefined> {
  if (auth === 'public') return undefined
  const principal = await identify(authorization, verifiers)
  if (auth === 'optional') return principal?.kind === 'user' ? principal : undefined
  if (!principal) throw errors.unauthenticated()
  if (typeof auth === 'object' && !hasRole(principal, ...auth.roles)) throw errors.forbidden()
  if (auth === 'user' && principal.kind !== 'user') throw errors.forbidden()
  if (auth === 'service' && principal.kind !== 'service') throw errors.forbidden()
  if (needsRecentAuth && principal.kind === 'user' && Date.now() - principal.authTimeMs > recentAuthMs)
    throw errors.reauthenticationRequired()
  return principal
}
