import type { Role } from '@toko/contracts'

/** A signed-in person, as the verified access token says. */
export interface UserPrincipal {
  readonly kind: 'user'
  readonly id: string
  readonly sessionId: string
  readonly roles: readonly Role[]
  /** When the person last proved who they are, ms since 1970. */
  readonly authTimeMs: number
}

/** Another service of the shop, as the secret of the edge between the two proves. */
export interface ServicePrincipal {
  readonly kind: 'service'
  readonly name: string
}

export type Principal = UserPrincipal | ServicePrincipal

export const hasRole = (principal: Principal | undefined, ...roles: readonly Role[]): boolean =>
  principal?.kind === 'user' && roles.some((role) => principal.roles.includes(role))
