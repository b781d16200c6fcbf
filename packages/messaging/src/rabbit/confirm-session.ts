import type { ConfirmChannel, Options } from 'amqplib'
import { BusBlockedError, OutcomeUnknownError, UnroutableError } from '../errors.ts'
import { confirmChannel, type OpenChannel } from './channel.ts'
import type { Connection } from './connection.ts'

export interface Outgoing {
  readonly exchange: string
  readonly routingKey: string
  readonly body: Uint8Array
  readonly properties: Options.Publish
}

/** One life of the channel that publishes. */
export interface ConfirmSession extends OpenChannel<ConfirmChannel> {
  /** While the socket's buffer is full, or the broker takes no publishes. */
  busy(): Promise<void> | undefined
  isBlocked(): boolean
  /** Resolves with the confirm. Rejects with UnroutableError, BusBlockedError (refused) or OutcomeUnknownError. */
  send(outgoing: Outgoing, mandatory: boolean): Promise<void>
}

export async function openConfirmSession(connection: Connection): Promise<ConfirmSession> {
  const open = await confirmChannel(connection)
  const { channel, closed } = open
  const unconfirmed = new Set<{ readonly key: string; isReturned: boolean }>()
  let drained: PromiseWithResolvers<void> | undefined
  const release = () => {
    drained?.resolve()
    drained = undefined
  }
  channel.on('drain', release)
  void closed.then(release)

  // A return comes before its confirm, with the message as it was sent (messaging.md, "Publishing").
  channel.on('return', ({ fields, properties }) => {
    const key = keyOf(fields.exchange, fields.routingKey, properties)
    for (const sent of unconfirmed)
      if (!sent.isReturned && sent.key === key) {
        sent.isReturned = true
        return
      }
  })

  return {
    ...open,
    busy: () => drained?.promise ?? connection.blocked(),
    isBlocked: () => connection.blocked() !== undefined,
    send({ exchange, routingKey, body, properties }, mandatory) {
      const what = () => `${routingKey} ${properties.messageId ?? ''}`
      if (!open.isOpen()) throw new BusBlockedError(`the channel has just ended: ${what()} was not published`)
      return new Promise((resolve, reject) => {
        const sent = { key: keyOf(exchange, routingKey, properties), isReturned: false }
        unconfirmed.add(sent)
        const hasRoom = channel.publish(
          exchange,
          routingKey,
          asBuffer(body),
          { ...properties, mandatory },
          (error: unknown) => {
            unconfirmed.delete(sent)
            if (sent.isReturned)
              reject(new UnroutableError(`no queue is bound to ${exchange || 'the name'} for ${routingKey}`))
            else if (!error) resolve()
            else if (isRefusal(error)) reject(new BusBlockedError(`the broker refused ${what()}`))
            else reject(new OutcomeUnknownError(`the channel ended before the confirm of ${what()}`))
          },
        )
        if (!hasRoom) drained ??= Promise.withResolvers()
      })
    },
  }
}

/** Else amqplib says that the channel was closed, which it does before anybody else can know. */
function isRefusal(error: unknown): boolean {
  return error instanceof Error && error.message === 'message nacked'
}

function keyOf(exchange: string, routingKey: string, { messageId, correlationId }: Options.Publish): string {
  return `${exchange} ${routingKey} ${messageId ?? correlationId ?? ''}`
}

function asBuffer(body: Uint8Array): Buffer {
  return Buffer.isBuffer(body) ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength)
}
