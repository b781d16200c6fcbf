import { createHash } from 'node:crypto'
import { type Answer, hasRole, type Principal } from '@toko/http'

export const catalogueRoles = { roles: ['catalogue', 'admin'] } as const

export const isStaff = (principal: Principal | undefined): boolean => hasRole(principal, 'catalogue', 'admin')

/** ETag of a list: what is in it, at which revision. */
export function listTag(items: readonly { readonly _id: string; readonly rev: number }[], ...rest: unknown[]): string {
  const content = JSON.stringify([items.map(({ _id, rev }) => [_id, rev]), ...rest])
  return createHash('sha256').update(content).digest('base64url').slice(0, 22)
}

/** Shared caches may keep what everybody sees, for half a minute; what staff sees is nobody else's. */
export function cacheable(answer: Answer, principal: Principal | undefined): Answer {
  const cacheControl = principal ? 'private, no-cache' : 'public, max-age=30'
  return { ...answer, headers: { ...answer.headers, 'cache-control': cacheControl, vary: 'Authorization' } }
}
