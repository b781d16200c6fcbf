import { errors } from '@toko/contracts'
import type { Effects } from '../domain/effects.ts'
import type { StoredUser, UserChange } from '../store/user-store.ts'
import type { Context } from './context.ts'

interface Decision {
  readonly change: UserChange
  readonly effects?: Effects
}

const maxRounds = 8

/**
 * Reads, decides, writes on top of the revision that was read; again when somebody was faster. `decide` gets null for an
 * unknown id and throws to refuse, or gives undefined to leave the account as it is.
 * @throws conflict when others are always faster
 */
export async function changeUser(
  c: Pick<Context, 'users'>,
  id: string,
  decide: (user: StoredUser | null) => Decision | undefined | Promise<Decision | undefined>,
): Promise<StoredUser> {
  for (let round = 0; round < maxRounds; round++) {
    const before = await c.users.get(id)
    const decision = await decide(before)
    if (before === null) throw errors.notFound()
    if (decision === undefined) return before
    const after = await c.users.update(before, decision.change, decision.effects)
    if (after) return after
  }
  throw errors.conflict({ detail: 'the account is being changed by others; try again' })
}

/** @throws not-found for a null; precondition-failed for another revision */
export function existing(user: StoredUser | null, ifMatch?: number): StoredUser {
  if (!user || user.status === 'deleted') throw errors.notFound()
  if (ifMatch !== undefined && ifMatch !== user.rev) throw errors.preconditionFailed()
  return user
}
