import { setTimeout as sleep } from 'node:timers/promises'
import mongoose, { type Connection } from 'mongoose'
import type { Logger, Metrics, Part } from '@toko/runtime'
import { observeCommands } from './observe-commands.ts'

export interface DatabaseOptions {
  /** Service name; also shown by the server for its connections. */
  readonly service: string
  readonly url: string
  /** Database name; each service has its own. */
  readonly name: string
  readonly log: Logger
  readonly metrics: Metrics
  readonly poolSize?: number
  /** Limit of one operation, waiting for a connection and a primary included. */
  readonly operationTimeoutMs?: number
}

export interface Database extends Part {
  /** Models are bound to it, never to mongoose itself: two services share a process. */
  readonly connection: Connection
}

/** Limit for operations outside a request: pass as `timeoutMS` of the operation. */
export const workerTimeoutMs = 20_000

/**
 * Connection of one service to its database. Every acknowledged write is on a majority and in the journal, every read sees
 * only such writes (R4), and nothing waits for ever (order-protocol.md, "MongoDB settings").
 * start() waits for a late server, with back-off, for as long as it takes.
 */
export function database(options: DatabaseOptions): Database {
  const { service, url, name, log, metrics, poolSize = 20, operationTimeoutMs = 1000 } = options
  const connection = mongoose.createConnection()
  // One by one: set() returns the value, whatever its type says.
  connection.set('sanitizeFilter', true)
  connection.set('strictQuery', 'throw')
  connection.set('bufferCommands', false)
  connection.set('autoIndex', false)
  connection.set('autoCreate', false)
  connection.set('runValidators', true)
  const stopping = new AbortController()
  const open = () =>
    connection.openUri(url, {
      dbName: name,
      appName: `toko-${service}`,
      maxPoolSize: poolSize,
      minPoolSize: 1,
      serverSelectionTimeoutMS: 2000,
      connectTimeoutMS: 2000,
      waitQueueTimeoutMS: 500,
      timeoutMS: operationTimeoutMs,
      heartbeatFrequencyMS: 2000,
      writeConcern: { w: 'majority', journal: true },
      readConcern: { level: 'majority' },
      readPreference: 'primary',
      retryWrites: true,
      retryReads: true,
      ignoreUndefined: false,
      monitorCommands: true,
    })
  return {
    name: `${service} database`,
    connection,
    async start() {
      for (let attempt = 0; !stopping.signal.aborted; attempt++) {
        try {
          await open()
          observeCommands(service, connection.getClient(), metrics)
          return
        } catch (error) {
          if (attempt % 10 === 0) log.warn({ err: error }, 'database not reachable yet; trying on')
          await connection.close().catch(() => {})
          await sleep(Math.min(5000, 200 * 2 ** attempt), undefined, { signal: stopping.signal }).catch(() => {})
        }
      }
      throw new Error(`${service}: stopped before its database was reachable`)
    },
    async ready() {
      if (connection.readyState !== mongoose.ConnectionStates.connected || !connection.db)
        throw new Error('database not connected')
      await connection.db.command({ ping: 1 }, { timeoutMS: 500 }).catch(() => {
        throw new Error('database not reachable')
      })
    },
    async stop() {
      stopping.abort()
      await connection.close()
    },
  }
}
