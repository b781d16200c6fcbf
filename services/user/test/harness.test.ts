import mongoose from 'mongoose'
import { expect, it } from 'vitest'
import { testMongoUrl } from '@toko/testkit'
import { startUser } from './harness.ts'

it('notices a query that no index serves, so that the check at the end of every file can fail', async () => {
  const user = await startUser()
  const service = mongoose.createConnection(testMongoUrl(), { dbName: user.database, appName: 'toko-user' })
  await service.collection('users').findOne({ passwordHash: 'x' })
  await service.close()
  await expect(user.stop()).rejects.toThrow(/users/)
})

it('notices a secret in a log line', async () => {
  const user = await startUser()
  const { refreshToken } = await user.person()
  user.lines.push(`{"msg":"${refreshToken}"}`)
  await expect(user.stop()).rejects.toThrow(/tokens in log lines/)
})
