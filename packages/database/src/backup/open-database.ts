import { mongo } from 'mongoose'

/** One database of one server, reached without the limits of a request: a copy may take minutes. */
export interface OpenDatabase {
  readonly name: string
  /** Hosts as the URL names them, without a password. */
  readonly hosts: string
  readonly client: mongo.MongoClient
  readonly db: mongo.Db
  close(): Promise<void>
}

const serverLimitMs = 10_000
/** An index over many documents is one command. */
const answerLimitMs = 30 * 60_000

/**
 * Connects to the database that the URL names, or to `database` when it names none or another one.
 * @throws a driver's error when the URL is malformed, no server answers (isUnavailable) or it refuses the password
 */
export async function openDatabase(url: string, database?: string): Promise<OpenDatabase> {
  const client = new mongo.MongoClient(url, {
    appName: 'toko-backup',
    serverSelectionTimeoutMS: serverLimitMs,
    connectTimeoutMS: serverLimitMs,
    socketTimeoutMS: answerLimitMs,
    maxPoolSize: 2,
    writeConcern: { w: 'majority', journal: true },
    readPreference: 'primary',
  })
  const name = database ?? client.options.dbName
  const db = client.db(name)
  try {
    await db.command({ ping: 1 })
  } catch (error) {
    await client.close()
    throw error
  }
  const hosts = client.options.hosts.map(String).join(',')
  return { name, hosts, client, db, close: () => client.close() }
}
