import type { LookupFunction } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import mongoose, { type Connection, type mongo } from 'mongoose'
import { lastKnownLookup, type Logger, type Metrics, type Part, type ServiceConfig } from '@toko/runtime'
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
  /** Longest wait for a server, and for its answer to one command; a retryable command is sent twice at most. */
  readonly operationTimeoutMs?: number
}

export interface Database extends Part {
  /** Models are bound to it, never to mongoose itself: two services share a process. */
  readonly connection: Connection
}

const connectionSettings = {
  sanitizeFilter: true,
  strictQuery: 'throw',
  runValidators: true,
  bufferCommands: false,
  autoIndex: false,
  autoCreate: false,
} as const

/**
 * Limits of the driver, none of which has a usable default. Its `timeoutMS` would be one limit for all of it, but has no
 * effect since driver 7.8; so each wait has its own: for a server, for a connection, for an answer.
 */
function driverOptions(
  { service, name, poolSize = 20, operationTimeoutMs = 1000 }: DatabaseOptions,
  lookup: LookupFunction,
): mongo.MongoClientOptions & { dbName: string } {
  return {
    dbName: name,
    appName: `toko-${service}`,
    maxPoolSize: poolSize,
    // Opened beforehand: under load a connection takes longer than anybody waits for one.
    minPoolSize: Math.ceil(poolSize / 2),
    serverSelectionTimeoutMS: operationTimeoutMs * 0.9,
    connectTimeoutMS: operationTimeoutMs,
    socketTimeoutMS: operationTimeoutMs,
    waitQueueTimeoutMS: operationTimeoutMs / 2,
    heartbeatFrequencyMS: 1000,
    lookup,
    writeConcern: { w: 'majority', journal: true, wtimeoutMS: operationTimeoutMs },
    readConcern: { level: 'majority' },
    readPreference: 'primary',
    retryWrites: true,
    retryReads: true,
    ignoreUndefined: false,
    monitorCommands: true,
  }
}

/**
 * Connection of one service to its database. Every acknowledged write is on a majority and in the journal, every read sees
 * only such writes (R4), and nothing waits for ever (order-protocol.md, "MongoDB settings").
 * start() waits for a late server, with back-off, for as long as it takes.
 */
export function database(options: DatabaseOptions): Database {
  const { service, url, log, metrics } = options
  const connection = mongoose.createConnection()
  const lookup = lastKnownLookup({ log })
  for (const [key, value] of Object.entries(connectionSettings)) connection.set(key, value)
  const stopping = new AbortController()
  return {
    name: `${service} database`,
    connection,
    async start() {
      for (let attempt = 0; !stopping.signal.aborted; attempt++) {
        try {
          await connection.openUri(url, driverOptions(options, lookup))
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
    ready: () => ping(connection),
    async stop() {
      stopping.abort()
      await connection.close()
    },
  }
}

/** The database of a service from its configuration. */
export function serviceDatabase(
  service: string,
  { mongoUrl, mongoDatabase, mongoPoolSize, mongoTimeoutMs }: ServiceConfig,
  observers: Pick<DatabaseOptions, 'log' | 'metrics'>,
): Database {
  return database({
    service,
    url: mongoUrl,
    name: mongoDatabase,
    poolSize: mongoPoolSize,
    operationTimeoutMs: mongoTimeoutMs,
    ...observers,
  })
}

/** A probe must be answered before its own time-out, however the server is stuck. */
const pingLimitMs = 800

async function ping({ db }: Connection): Promise<void> {
  const limit = new AbortController()
  const late = sleep(pingLimitMs, 'late' as const, { signal: limit.signal }).catch(() => 'late' as const)
  const answer = Promise.resolve(db?.command({ ping: 1 })).catch(() => undefined)
  const first = await Promise.race([answer, late])
  limit.abort()
  if (first === undefined || first === 'late') throw new Error('database not reachable')
}
