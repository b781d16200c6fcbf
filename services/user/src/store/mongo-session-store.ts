import type { mongo } from 'mongoose'
import { compareAndSet, newAggregate, type OutboxRelay } from '@toko/database'
import type { Clock } from '@toko/runtime'
import type { Effects } from '../domain/effects.ts'
import { notesOf } from './notes.ts'
import type { SessionStore, StoredSession } from './session-store.ts'

type Filter = mongo.Filter<StoredSession>

export function mongoSessionStore(
  sessions: mongo.Collection<StoredSession>,
  relay: Pick<OutboxRelay, 'nudge'>,
  clock: Clock,
): SessionStore {
  const get = (id: string) =>
    sessions.findOne({ _id: id } as Filter, { projection: { outbox: 0 } }) as Promise<StoredSession | null>
  return {
    get,
    async insert(session, effects) {
      const notes = notesOf(session.userId, effects)
      const document: StoredSession = { ...session, ...newAggregate(session._id, clock.now(), notes) }
      await sessions.insertOne(document)
      relay.nudge(sessions, document)
      return document
    },
    rotate: (id, currentHash, change) =>
      compareAndSet(
        sessions,
        { _id: id, 'cur.hash': currentHash, revokedAt: null },
        { set: change },
        { nowMs: clock.now() },
      ),
    async revoke(id, effects: Effects = {}) {
      const nowMs = clock.now()
      const before = await get(id)
      if (!before) return null
      const after = await compareAndSet(
        sessions,
        { _id: id, revokedAt: null },
        { set: { revokedAt: new Date(nowMs), prev: null }, events: notesOf(before.userId, effects) },
        { nowMs },
      )
      if (after) relay.nudge(sessions, after)
      return after
    },
    async revokeAll(userId, exceptId) {
      const now = new Date(clock.now())
      const filter = {
        userId,
        revokedAt: null,
        ...(exceptId === undefined ? {} : { _id: { $ne: exceptId } }),
      } as Filter
      await sessions.updateMany(filter, {
        $set: { revokedAt: now, updatedAt: now, prev: null },
        $inc: { rev: 1 },
      })
    },
    listOpen: (userId, limit, afterId) =>
      sessions
        .find(
          {
            userId,
            revokedAt: null,
            idleExpiresAt: { $gt: new Date(clock.now()) },
            ...(afterId === undefined ? {} : { _id: { $lt: afterId } }),
          } as Filter,
          { projection: { outbox: 0 } },
        )
        .sort({ _id: -1 })
        .limit(limit)
        .toArray(),
    async knowsDevice(userId, deviceMark) {
      const projection = { _id: 1 } as const
      if (await sessions.findOne({ userId, deviceMark } as Filter, { projection })) return 'known'
      return (await sessions.findOne({ userId } as Filter, { projection })) ? 'new' : 'first-session'
    },
    async deleteAll(userId) {
      await sessions.deleteMany({ userId })
    },
  }
}
