import type { mongo } from 'mongoose'
import { compareAndSet, dueFilter, newAggregate } from '@toko/database'
import type { ImportStore } from './import-store.ts'
import type { ImportDocument } from './models.ts'

type Filter = mongo.Filter<ImportDocument>

export function mongoImportStore(imports: mongo.Collection<ImportDocument>): ImportStore {
  return {
    async insert(job, nowMs) {
      const counts = { done: 0, created: 0, updated: 0, failed: 0, errors: [] }
      const aggregate = newAggregate(job._id, nowMs)
      const document: ImportDocument = { ...job, ...counts, ...aggregate, status: 'queued', nextAttemptAt: nowMs }
      await imports.insertOne(document)
      return document
    },
    get: (id) => imports.findOne({ _id: id } as Filter, { projection: { text: 0 } }),
    due: (nowMs, limit, latestMs) =>
      imports
        .find(dueFilter('nextAttemptAt', nowMs, latestMs) as Filter, {
          sort: { nextAttemptAt: 1 },
          limit,
          projection: { text: 0 },
        })
        .toArray(),
    claim: ({ _id, rev }, leaseUntil, nowMs) =>
      compareAndSet(imports, { _id, rev }, { set: { status: 'running', nextAttemptAt: leaseUntil } }, { nowMs }),
    advance: ({ _id, rev }, progress, leaseUntil, nowMs) =>
      compareAndSet(
        imports,
        { _id, rev },
        progress.status === 'finished'
          ? { set: { ...progress, text: '' }, unset: ['nextAttemptAt'] }
          : { set: { ...progress, nextAttemptAt: leaseUntil } },
        { nowMs },
      ),
  }
}
