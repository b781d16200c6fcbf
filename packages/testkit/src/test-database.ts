import { randomUUID } from 'node:crypto'
import { database, type Database } from '@toko/database'
import { quiet } from './quiet.ts'

/** A database of its own on the test run's mongod; start() it before use and stop() it after. */
export function testDatabase(service: string): Database {
  const { log, metrics } = quiet(service)
  const name = `${service}_${randomUUID().slice(0, 8)}`
  return database({ service, url: testMongoUrl(), name, log, metrics, operationTimeoutMs: 5000 })
}

/** URL of the mongod that the run's global setup started. */
export function testMongoUrl(): string {
  const url = process.env['TEST_MONGO_URL']
  if (!url) throw new Error('TEST_MONGO_URL is not set: run tests through `make test` or vitest with the global setup')
  return url
}
