import { type AccountSeed, errors, newId, type Role } from '@toko/contracts'
import { newUser, type User } from '../domain/user.ts'
import { changeUser } from './change-user.ts'
import type { Context } from './context.ts'
import { forgetGuesses } from './throttle-sign-in.ts'

/** A verified account with this password and these roles, made or changed: for the seed of a development shop. */
export async function putAccount(
  c: Context,
  seed: AccountSeed,
  service: string,
): Promise<{ id: string; created: boolean }> {
  const passwordHash = await c.passwords.hash(seed.password)
  const nowMs = c.clock.now()
  const roles: Role[] = [...new Set<Role>(['customer', ...seed.roles])]
  const id = newId('usr')
  const verified: Partial<User> = { emailVerifiedAt: new Date(nowMs), roles, status: 'active' }
  const audit = (userId: string) => [{ action: 'account-put' as const, actor: `service:${service}`, userId }]
  const user: User = { ...newUser({ id, email: seed.email, passwordHash, name: seed.name, nowMs }), ...verified }
  if ((await c.users.insert(user, { audit: audit(id) })) === 'inserted') return { id, created: true }
  const known = await c.users.findByEmail(seed.email)
  if (!known) throw errors.conflict()
  await changeUser(c, known._id, (before) => ({
    change: {
      set: {
        ...verified,
        passwordHash,
        passwordChangedAt: new Date(nowMs),
        sessionEpoch: before!.sessionEpoch + 1,
        keptSessionId: null,
        ...(seed.name === undefined ? {} : { profile: { ...before!.profile, name: seed.name } }),
      },
      unset: ['deleteAt'],
    },
    effects: { audit: audit(known._id) },
  }))
  await forgetGuesses(c, seed.email)
  return { id: known._id, created: false }
}
