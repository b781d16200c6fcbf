import type { mongo } from 'mongoose'
import { errors } from '@toko/contracts'
import { compareAndSet, duplicateIndexOf, newAggregate, type OutboxRelay } from '@toko/database'
import type { Clock } from '@toko/runtime'
import { notesOf } from './notes.ts'
import type { StoredUser, UserFilter, UserStore } from './user-store.ts'

type Filter = mongo.Filter<StoredUser>

const emailIndex = 'one_account_per_email'

const filterOf = ({ email, status, role }: UserFilter, afterId: string | undefined) =>
  ({
    ...(email === undefined ? {} : { email }),
    ...(status === undefined ? {} : { status }),
    ...(role === undefined ? {} : { roles: role }),
    ...(afterId === undefined ? {} : { _id: { $lt: afterId } }),
  }) as Filter

export function mongoUserStore(
  users: mongo.Collection<StoredUser>,
  relay: Pick<OutboxRelay, 'nudge'>,
  clock: Clock,
): UserStore {
  return {
    async insert(user, effects) {
      const document: StoredUser = { ...user, ...newAggregate(user._id, clock.now(), notesOf(user._id, effects)) }
      try {
        await users.insertOne(document)
      } catch (error) {
        if (duplicateIndexOf(error) === emailIndex) return 'email-taken'
        throw error
      }
      relay.nudge(users, document)
      return 'inserted'
    },
    get: (id) => users.findOne({ _id: id } as Filter, { projection: { outbox: 0 } }),
    findByEmail: (email) => users.findOne({ email } as Filter, { projection: { outbox: 0 } }),
    async update({ _id, rev }, { set, unset }, effects = {}) {
      try {
        const after = await compareAndSet<StoredUser>(
          users,
          { _id, rev },
          {
            ...(set ? { set: set } : {}),
            ...(unset ? { unset } : {}),
            events: notesOf(_id, effects),
          },
          { nowMs: clock.now() },
        )
        if (after) relay.nudge(users, after)
        return after
      } catch (error) {
        if (duplicateIndexOf(error) === emailIndex) throw errors.conflict({ detail: 'another account has this e-mail' })
        throw error
      }
    },
    list: (filter, limit, afterId) =>
      users
        .find(filterOf(filter, afterId), { projection: { outbox: 0 } })
        .sort({ _id: -1 })
        .limit(limit)
        .toArray(),
    dueForDeletion: (nowMs, limit) =>
      users
        .find({ deleteAt: { $lte: new Date(nowMs) } } as Filter, { projection: { outbox: 0 } })
        .sort({ deleteAt: 1 })
        .limit(limit)
        .toArray(),
  }
}
