import type { mongo } from 'mongoose'
import { duplicateIndexOf } from '@toko/database'
import type { AuditRow, AuditStore } from './audit-store.ts'

export function mongoAuditStore(audits: mongo.Collection<AuditRow>): AuditStore {
  return {
    async append(row) {
      await audits.insertOne(row).catch((error: unknown) => {
        if (!duplicateIndexOf(error)) throw error
      })
    },
    list(userId, limit, after) {
      const filter: mongo.Filter<AuditRow> = {
        userId,
        ...(after === undefined
          ? {}
          : { $or: [{ at: { $lt: new Date(after[0]) } }, { at: new Date(after[0]), _id: { $lt: after[1] } }] }),
      }
      return audits.find(filter).sort({ at: -1, _id: -1 }).limit(limit).toArray()
    },
  }
}
