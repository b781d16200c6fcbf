import type { mongo } from 'mongoose'
import { duplicateIndexOf } from '@toko/database'
import type { KeyStore } from './key-store.ts'
import type { KeyDocument } from './models.ts'

export function mongoKeyStore(keys: mongo.Collection<KeyDocument>): KeyStore {
  return {
    async list() {
      const documents = await keys.find({}, { sort: { sequence: -1 }, limit: 100 }).toArray()
      return documents.map(({ _id, sequence, signsFrom, publicJwk, sealedPrivateJwk }) => ({
        kid: _id,
        sequence,
        signsFromMs: signsFrom.getTime(),
        publicJwk,
        sealedPrivateJwk,
      }))
    },
    async insert({ kid, signsFromMs, ...key }) {
      try {
        await keys.insertOne({ _id: kid, signsFrom: new Date(signsFromMs), ...key })
        return true
      } catch (error) {
        if (duplicateIndexOf(error)) return false
        throw error
      }
    },
    async delete(kid) {
      await keys.deleteOne({ _id: kid })
    },
  }
}
