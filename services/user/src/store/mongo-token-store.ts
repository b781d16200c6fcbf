import type { mongo } from 'mongoose'
import type { Clock } from '@toko/runtime'
import type { OneTimeToken, TokenPurpose, TokenStore } from './token-store.ts'

export function mongoTokenStore(tokens: mongo.Collection<OneTimeToken>, clock: Clock): TokenStore {
  const valid = (hash: string, purpose: TokenPurpose) => ({
    _id: hash,
    purpose,
    usedAt: null,
    expiresAt: { $gt: new Date(clock.now()) },
  })
  return {
    async issue({ _id, expiresAt, ...token }) {
      // an upsert by _id alone: a used token keeps its usedAt, and moving its expiry revives nothing
      await tokens.updateOne({ _id }, { $set: { expiresAt }, $setOnInsert: token }, { upsert: true })
    },
    peek: (hash, purpose) => tokens.findOne(valid(hash, purpose)),
    consume: (hash, purpose) =>
      tokens.findOneAndUpdate(
        valid(hash, purpose),
        { $set: { usedAt: new Date(clock.now()) } },
        { returnDocument: 'after' },
      ),
    async deleteAll(userId) {
      await tokens.deleteMany({ userId })
    },
  }
}
