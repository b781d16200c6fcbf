import { database, type Database } from '@toko/database'
import { quiet } from '@toko/testkit'

type Db = NonNullable<Database['connection']['db']>

const limitMs = 5000

/** Lets `use` work with one database of one mongod, whatever its state in its set. Rejects when nobody answers in time. */
export async function withMongod<T>(port: number, name: string, use: (db: Db) => Promise<T>): Promise<T> {
  const url = `mongodb://127.0.0.1:${port}/?directConnection=true`
  const one = database({ service: 'faults', url, name, poolSize: 2, operationTimeoutMs: limitMs, ...quiet() })
  const late = setTimeout(() => void one.stop?.(), 2 * limitMs)
  try {
    await one.start?.()
    return await use(one.connection.db!)
  } finally {
    clearTimeout(late)
    await one.stop?.()
  }
}

/** One command to one mongod's `admin` database. */
export const command = (port: number, body: Readonly<Record<string, unknown>>) =>
  withMongod(port, 'admin', (db) => db.command(body as Parameters<Db['command']>[0]))
