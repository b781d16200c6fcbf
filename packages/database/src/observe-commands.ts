import { type Span, SpanKind, trace } from '@opentelemetry/api'
import type { mongo } from 'mongoose'
import { markFailed, type Metrics } from '@toko/runtime'

/** Commands that are the driver's own: no request waits for them. */
const ownCommands = new Set(['hello', 'isMaster', 'ismaster', 'ping', 'endSessions', 'saslStart', 'saslContinue'])

/**
 * One span and one measurement for each command the driver sends, whoever made it (a model, a collection, a helper).
 * No statement values: they are people's data.
 */
export function observeCommands(service: string, client: mongo.MongoClient, metrics: Metrics): void {
  const tracer = trace.getTracer(`toko/${service}`)
  const duration = metrics.histogram('db_client_operation_duration_seconds')
  const underWay = new Map<number, { span: Span | undefined; collection: string }>()
  /** A command outside any trace is a poll of a sweeper or relay: a trace of its own would drown the others. */
  const spanOf = (commandName: string, collection: string, databaseName: string) => {
    if (!trace.getActiveSpan()) return undefined
    return tracer.startSpan(`${commandName} ${collection}`.trimEnd(), {
      kind: SpanKind.CLIENT,
      attributes: {
        'db.system.name': 'mongodb',
        'db.namespace': databaseName,
        'db.operation.name': commandName,
        'db.collection.name': collection,
      },
    })
  }
  client.on('commandStarted', ({ requestId, commandName, command, databaseName }) => {
    if (ownCommands.has(commandName)) return
    const target: unknown = (command as Record<string, unknown>)[commandName === 'getMore' ? 'collection' : commandName]
    const collection = typeof target === 'string' ? target : ''
    underWay.set(requestId, { span: spanOf(commandName, collection, databaseName), collection })
  })
  const finish = (requestId: number, command: string, ms: number, errorType: string) => {
    const started = underWay.get(requestId)
    if (!started) return
    underWay.delete(requestId)
    duration.observe(
      { db_operation_name: command, db_collection_name: started.collection, error_type: errorType },
      ms / 1000,
      started.span?.spanContext() ?? null,
    )
    if (started.span && errorType) markFailed(started.span, errorType)
    started.span?.end()
  }
  client.on('commandSucceeded', (event) => finish(event.requestId, event.commandName, event.duration, ''))
  client.on('commandFailed', (event) => finish(event.requestId, event.commandName, event.duration, event.failure.name))
}
