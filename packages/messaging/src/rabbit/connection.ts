import type { LookupFunction } from 'node:net'
import { type ChannelModel, connect } from 'amqplib'
import { endWhenSilent } from './end-when-silent.ts'
import type { Resource } from './keep-open.ts'
import { patiently } from './patiently.ts'

/** order-protocol.md, "Timeouts": a peer that says nothing is given up after two of these. */
const heartbeatSeconds = 10
const connectLimitMs = 10_000

export interface Connection extends Resource {
  readonly model: ChannelModel
  /** While the broker takes no publishes (memory or disk alarm): resolves when it does again, or the connection ends. */
  blocked(): Promise<void> | undefined
}

/** @param name shown by the broker's tools */
export async function openConnection(url: string, name: string, lookup: LookupFunction): Promise<Connection> {
  const model = await connect(withHeartbeat(url), {
    noDelay: true, // amqplib leaves Nagle on: 41 ms per call instead of 1 (messaging.md, fact 9)
    timeout: connectLimitMs,
    keepAlive: true,
    lookup,
    clientProperties: { connection_name: name },
  })
  endWhenSilent(model)
  let blocked: PromiseWithResolvers<void> | undefined
  const unblock = () => {
    blocked?.resolve()
    blocked = undefined
  }
  model.on('blocked', () => (blocked ??= Promise.withResolvers<void>()))
  model.on('unblocked', unblock)
  const ended = Promise.withResolvers<Error | undefined>()
  model.on('error', ended.resolve)
  model.on('close', (error) => {
    unblock()
    ended.resolve(error)
  })
  async function close(): Promise<void> {
    await patiently(Promise.race([Promise.try(() => model.close()), ended.promise]))
    ended.resolve(undefined) // one that does not answer is left to its heartbeat
  }
  return { model, closed: ended.promise, blocked: () => blocked?.promise, close }
}

function withHeartbeat(url: string): string {
  const parsed = new URL(url)
  if (!parsed.searchParams.has('heartbeat')) parsed.searchParams.set('heartbeat', String(heartbeatSeconds))
  return parsed.href
}
