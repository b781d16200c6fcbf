import { errors, type ProfilePatch } from '@toko/contracts'
import type { StoredUser } from '../store/user-store.ts'
import { changeUser, existing } from './change-user.ts'
import type { Context } from './context.ts'

/** The caller's own account. @throws unauthenticated when it was closed after the token was made */
export async function ownAccount(c: Context, id: string): Promise<StoredUser> {
  const user = await c.users.get(id)
  if (!user || user.status === 'deleted' || user.status === 'deleting') throw errors.unauthenticated()
  return user
}

/** @throws not-found */
export async function findAccount(c: Context, id: string): Promise<StoredUser> {
  return existing(await c.users.get(id))
}

/** Merge patch: absent keeps, null removes. @throws precondition-failed */
export async function patchProfile(c: Context, id: string, patch: ProfilePatch, ifMatch: number): Promise<StoredUser> {
  return changeUser(c, id, (found) => {
    const { profile } = existing(found, ifMatch)
    const merged = { ...profile, ...patch }
    const kept = Object.entries(merged).filter(([, value]) => value !== null && value !== undefined)
    return { change: { set: { profile: Object.fromEntries(kept) } } }
  })
}
