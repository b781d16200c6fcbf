import type { mongo } from 'mongoose'
import { latestDueMs } from '@toko/contracts'
import { asDate, dueFilter, duplicateIndexOf } from '@toko/database'
import type { Clock } from '@toko/runtime'
import type { MailStore } from './mail-store.ts'
import type { MailDocument } from './models.ts'

/** A finished mail's identity stays as long as the event that caused it may be delivered again. */
const keepMs = 30 * 86_400_000

export function mongoMailStore(mails: mongo.Collection<MailDocument>, clock: Clock): MailStore {
  return {
    async insert(id, job) {
      const now = new Date(clock.now())
      const expiresAt = new Date(clock.now() + keepMs)
      const document = {
        ...job,
        _id: id,
        createdAt: now,
        attempts: 0,
        dueAt: now,
        state: 'waiting' as const,
        expiresAt,
      }
      try {
        await mails.insertOne(document)
        return true
      } catch (error) {
        if (duplicateIndexOf(error)) return false
        throw error
      }
    },
    claim(leaseMs, longestWaitMs) {
      const now = clock.now()
      return mails.findOneAndUpdate(
        dueFilter('dueAt', now, latestDueMs(now, longestWaitMs), asDate),
        { $set: { dueAt: new Date(now + leaseMs) }, $inc: { attempts: 1 } },
        { sort: { dueAt: 1 }, returnDocument: 'after' },
      )
    },
    async postpone(id, dueAtMs) {
      await mails.updateOne({ _id: id, state: 'waiting' }, { $set: { dueAt: new Date(dueAtMs) } })
    },
    async finish(id, state, keeps) {
      const personal = { to: '', data: '', sealed: '', userId: '' } as const
      const change = keeps
        ? { $set: { state, ...keeps }, $unset: { dueAt: '' as const } }
        : { $set: { state }, $unset: { dueAt: '' as const, ...personal } }
      await mails.updateOne({ _id: id }, change)
    },
    listDelivered(to, limit, after) {
      const filter: mongo.Filter<MailDocument> = {
        state: 'delivered',
        ...(to === undefined ? {} : { sentTo: to }),
        ...(after === undefined
          ? {}
          : {
              $or: [
                { createdAt: { $lt: new Date(after[0]) } },
                { createdAt: new Date(after[0]), _id: { $lt: after[1] } },
              ],
            }),
      }
      return mails.find(filter).sort({ createdAt: -1, _id: -1 }).limit(limit).toArray()
    },
    async deleteTo(address) {
      await mails.deleteMany({ sentTo: address })
    },
  }
}
