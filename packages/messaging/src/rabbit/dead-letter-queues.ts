import { setTimeout as sleep } from 'node:timers/promises'
import type { GetMessage } from 'amqplib'
import { BusBlockedError, OutcomeUnknownError } from '../errors.ts'
import { type OpenChannel, plainChannel } from './channel.ts'
import type { Connection } from './connection.ts'
import type { KeptOpen } from './keep-open.ts'
import { deadLetterQueue } from './queue-spec.ts'

/** 'taken' is done with and goes; 'kept' stays; 'last' stays too, and nothing after it is looked at. */
export type Look = (letter: GetMessage) => Promise<'taken' | 'kept' | 'last'>

/** More than this is not looked through. */
const maxLetters = 10_000

export type DeadLetterQueues = ReturnType<typeof deadLetterQueues>

/** The queues of parked messages, by the labels of the queues these failed in. @throws BusBlockedError without a broker */
export function deadLetterQueues(link: KeptOpen<Connection>, onAmount: (label: string, amount: number) => void) {
  /** The end of the last look into each: two at once would hide messages from each other. */
  const looks = new Map<string, Promise<unknown>>()

  /** Undefined when nothing was ever parked there: then there is no such queue. */
  async function onChannel<T>(use: (open: OpenChannel) => Promise<T>): Promise<T | undefined> {
    const connection = link.current()
    if (!connection) throw new BusBlockedError('no connection to RabbitMQ: its dead letters can not be reached now')
    const opened = await plainChannel(connection)
    try {
      return await use(opened)
    } catch (error) {
      if ((error as { code?: unknown }).code === 404) return undefined
      if (opened.isOpen()) throw error
      throw new OutcomeUnknownError('the channel ended in the middle of it', { cause: error })
    } finally {
      await opened.close()
    }
  }

  const amountIn = async ({ channel }: OpenChannel, label: string) =>
    (await channel.checkQueue(deadLetterQueue(label).name)).messageCount

  /** The broker gives back what a closed channel had taken a moment later: the next look must find it. */
  async function whenBack(label: string, amount: number): Promise<void> {
    await onChannel(async (opened) => {
      for (let tries = 0; tries < 50 && (await amountIn(opened, label)) < amount; tries++) await sleep(20)
    })
  }

  return {
    /** How many are parked; undefined as long as there is no such queue. */
    async count(label: string): Promise<number | undefined> {
      const amount = await onChannel((opened) => amountIn(opened, label))
      onAmount(label, amount ?? 0)
      return amount
    },
    /** Looks at each message in turn. */
    look(label: string, each: Look): Promise<void> {
      const mine = (looks.get(label) ?? Promise.resolve()).then(() => lookInto(label, each))
      looks.set(
        label,
        mine.catch(() => {}),
      )
      return mine
    },
  }

  async function lookInto(label: string, each: Look): Promise<void> {
    let [kept, left] = [0, 0]
    await onChannel(async (opened) => {
      left = await amountIn(opened, label)
      for (let rest = Math.min(left, maxLetters); rest > 0; rest--) {
        const letter = await opened.channel.get(deadLetterQueue(label).name)
        if (!letter) break
        const verdict = await each(letter)
        if (verdict === 'taken') {
          opened.channel.ack(letter)
          left--
        } else kept++
        if (verdict === 'last') break
      }
    })
    onAmount(label, left)
    if (kept > 0) await whenBack(label, left)
  }
}
