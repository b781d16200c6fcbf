import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '@toko/contracts'
import { buildIndexes, collectionOf } from '@toko/database'
import { fakeClock, testDatabase } from '@toko/testkit'
import { userModels } from '../src/store/models.ts'
import { mongoTokenStore } from '../src/store/mongo-token-store.ts'
import type { OneTimeToken } from '../src/store/token-store.ts'
import { times } from './harness.ts'

const db = testDatabase('user')
const clock = fakeClock()
const models = userModels(db.connection)
const tokens = mongoTokenStore(collectionOf(models.tokens), clock)
beforeAll(async () => {
  await db.start?.()
  await buildIndexes([{ model: models.tokens }])
})
afterAll(() => db.stop?.())

const token = (more: Partial<OneTimeToken> = {}): OneTimeToken => ({
  _id: newId('evt'),
  purpose: 'verify-email',
  userId: newId('usr'),
  email: 'a@users.test',
  expiresAt: new Date(clock.now() + 1000),
  usedAt: null,
  ...more,
})

describe('one-time tokens (U7)', () => {
  it('are used up by one of 30 parallel attempts, ten times in a row', async () => {
    for (let run = 0; run < 10; run++) {
      const issued = token()
      await tokens.issue(issued)
      const results = await times(30, () => tokens.consume(issued._id, 'verify-email'))
      expect(results.filter((result) => result !== null)).toHaveLength(1)
    }
  })

  it('live again by no second issue once they are used, and longer by one while they are not', async () => {
    const [used, waiting] = [token(), token()]
    for (const each of [used, waiting]) await tokens.issue(each)
    await tokens.consume(used._id, 'verify-email')
    clock.advance(900)
    for (const each of [used, waiting]) await tokens.issue({ ...each, expiresAt: new Date(clock.now() + 1000) })
    clock.advance(900)
    expect(await tokens.consume(used._id, 'verify-email')).toBeNull()
    expect(await tokens.consume(waiting._id, 'verify-email')).not.toBeNull()
  })

  it('are worth nothing for another purpose, after their time, or after their account ended them', async () => {
    const [other, late, ended] = [token(), token(), token()]
    for (const each of [other, late, ended]) await tokens.issue(each)
    expect(await tokens.consume(other._id, 'reset-password')).toBeNull()
    expect(await tokens.peek(other._id, 'verify-email')).not.toBeNull()
    await tokens.deleteAll(ended.userId)
    expect(await tokens.consume(ended._id, 'verify-email')).toBeNull()
    clock.advance(1000)
    expect(await tokens.consume(late._id, 'verify-email')).toBeNull()
  })
})
