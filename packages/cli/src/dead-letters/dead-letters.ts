import {
  type DeadLetter,
  DeadLetterList,
  DeadLetterRedrives,
  DeadLettersRedriven,
  ShownDeadLetter,
  type ShownDeadLetter as Shown,
} from '@toko/contracts'
import type { ShopConnection } from '../shop/connect.ts'
import { type Asked, askServices } from './ask-services.ts'

interface Which {
  readonly id: string
  /** Without it in every queue in which the message is parked. */
  readonly queue?: string | undefined
}

/** A broker is asked message by message: the services give themselves more time than usual. */
const timeoutMs = 25_000
/** Messages that one request redrives. */
const redrivesAtOnce = 500

/** The oldest of each queue. */
export async function listDeadLetters(
  shop: ShopConnection,
  filter: { readonly queue?: string | undefined; readonly limit: number },
) {
  const { answers, faults } = await askServices(shop, async (client, headers) => {
    const answer = { 200: DeadLetterList }
    const options = { method: 'GET', path: '/dead-letters', headers, query: filter, timeoutMs, answer } as const
    return (await client.call(options)).body
  })
  const items: DeadLetter[] = answers.flatMap(({ value }) => value.items)
  const queues = answers.flatMap(({ service, value }) => value.queues.map((each) => ({ service, ...each })))
  return { items, queues, faults }
}

/** In each queue in which it is parked and whose service answers: one per service. */
export async function showDeadLetter(shop: ShopConnection, { id, queue }: Which) {
  const asked = await askServices(shop, async (client, headers) => {
    const path = '/dead-letters/{id}'
    const answer = { 200: ShownDeadLetter, 404: null }
    const options = { method: 'GET', path, params: { id }, headers, query: { queue }, timeoutMs, answer } as const
    return (await client.call(options)).body
  })
  return { letters: asked.answers.flatMap(({ value }): Shown[] => (value ? [value] : [])), faults: asked.faults }
}

export async function redriveDeadLetter(shop: ShopConnection, { id, queue }: Which): Promise<Asked<number>> {
  return askServices(shop, async (client, headers) => {
    const path = '/dead-letters/{id}/redrive'
    const answer = { 200: DeadLettersRedriven, 404: null }
    const options = { method: 'POST', path, params: { id }, headers, query: { queue }, timeoutMs, answer } as const
    return (await client.call(options)).body?.redriven ?? 0
  })
}

/** All that were parked when it began, many with each request: what fails again meanwhile is not redriven again. */
export async function redriveDeadLetters(shop: ShopConnection, queue?: string): Promise<Asked<number>> {
  return askServices(shop, async (client, headers) => {
    const redrive = async (parkedBefore?: string) => {
      const body = { queue, limit: redrivesAtOnce, parkedBefore }
      const path = '/dead-letters/redrives'
      const answer = { 200: DeadLetterRedrives }
      const options = { method: 'POST', path, headers, body, timeoutMs, answer } as const
      return (await client.call(options)).body
    }
    let last = await redrive()
    let total = last.redriven
    while (last.redriven === redrivesAtOnce) {
      last = await redrive(last.parkedBefore)
      total += last.redriven
    }
    return total
  })
}

/** True where one was dropped. */
export async function dropDeadLetter(shop: ShopConnection, { id, queue }: Which): Promise<Asked<boolean>> {
  return askServices(shop, async (client, headers) => {
    const path = '/dead-letters/{id}'
    const answer = { 204: null, 404: null }
    const options = { method: 'DELETE', path, params: { id }, headers, query: { queue }, timeoutMs, answer } as const
    return (await client.call(options)).status === 204
  })
}
