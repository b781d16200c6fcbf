import type { EventQueue } from './event-queue.ts'
import { InvalidMessageError } from './errors.ts'

export const rpcExchange = 'nameko-rpc'
export const eventExchange = (source: string): string => `${source}.events`
export const rpcQueueName = (service: string): string => `rpc-${service}`
export const isRpcQueue = (name: string): boolean => name.startsWith('rpc-')

/** A queue's stable name, for labels of metrics too: a broadcast queue adds an id per subscription. */
export function eventQueueName({ source, type, service, handler, kind = 'pool' }: EventQueue): string {
  const shared = `evt-${source}-${type}`
  const name = kind === 'singleton' ? shared : `${shared}--${service}.${handler}`
  // AMQP short strings hold 255 bytes; 40 are kept for a broadcast id and `.retry.<ms>`.
  if (Buffer.byteLength(name) > 215) throw new InvalidMessageError(`queue name longer than 215 bytes: ${name}`)
  return name
}
