import {
  DeadLetterId,
  DeadLetterList,
  deadLetterListQuery,
  deadLetterQuery,
  DeadLetterRedrive,
  DeadLetterRedrives,
  DeadLettersRedriven,
  errors,
  ShownDeadLetter,
} from '@toko/contracts'
import { type Route, route } from '@toko/http'
import {
  BusBlockedError,
  BusClosedError,
  ConfirmTimeoutError,
  type DeadLetters,
  OutcomeUnknownError,
} from '@toko/messaging'
import type { Logger } from '@toko/runtime'
import { z } from 'zod'
import { viewDeadLetter, viewShownDeadLetter } from './dead-letter-view.ts'

/** The parked messages of one service, and where it is written down who did what with them. */
export interface DeadLetterDesk {
  readonly letters: DeadLetters
  readonly log: Logger
}

const params = z.object({ id: DeadLetterId })
const query = z.strictObject(deadLetterQuery)
const readers = { roles: ['admin', 'orders', 'support'] } as const
const actors = { roles: ['admin'] } as const
/** A broker is asked message by message: a look through 10,000 takes seconds. */
const budgetMs = 20_000

/** For people: what this service could not handle, and what becomes of it. Every service answers for its own queues. */
export const deadLetterRoutes = (desk: DeadLetterDesk): Route[] => [
  route(
    {
      method: 'GET',
      path: '/dead-letters',
      summary: 'Messages that this service put aside: the oldest of each queue, and how many there are',
      auth: readers,
      query: z.strictObject(deadLetterListQuery),
      answers: { 200: DeadLetterList },
      budgetMs,
    },
    ({ query: { queue, limit } }) =>
      orUnavailable(async () => {
        const counts = [...(await desk.letters.counts())].map(([name, parked]) => ({ queue: name, parked }))
        const items = await listEach(desk.letters, counts, queue, limit)
        return { status: 200, body: { items: items.map(viewDeadLetter), queues: counts } }
      }),
  ),
  route(
    {
      method: 'GET',
      path: '/dead-letters/{id}',
      summary: 'One of them, with the headers that describe it and its body',
      auth: readers,
      params,
      query,
      answers: { 200: ShownDeadLetter },
      budgetMs,
    },
    ({ params: { id }, query: { queue }, principal }) =>
      orUnavailable(async () => {
        const letter = await desk.letters.show(id, queue)
        if (!letter) throw errors.notFound()
        return { status: 200, body: viewShownDeadLetter(letter, principal) }
      }),
  ),
  route(
    {
      method: 'POST',
      path: '/dead-letters/redrives',
      summary: 'Put many of them back into the queues in which they failed; what fails again is parked again',
      auth: actors,
      body: DeadLetterRedrive,
      answers: { 200: DeadLetterRedrives },
      budgetMs,
    },
    ({ body: { queue, limit, parkedBefore = new Date().toISOString() }, principal }) =>
      orUnavailable(async () => {
        const redriven = await desk.letters.redriveParkedBefore(parkedBefore, limit, queue)
        desk.log.info({ actor: principal.id, queue, redriven }, 'dead letters redriven')
        return { status: 200, body: { redriven, parkedBefore } }
      }),
  ),
  route(
    {
      method: 'POST',
      path: '/dead-letters/{id}/redrive',
      summary: 'Put one back, under its id, into the queue in which it failed, or into each of several',
      auth: actors,
      params,
      query,
      answers: { 200: DeadLettersRedriven },
      errors: ['conflict'],
      budgetMs,
    },
    ({ params: { id }, query: { queue }, principal }) =>
      orUnavailable(async () => {
        const redriven = await desk.letters.redrive(id, queue)
        if (redriven === 0) {
          if (!(await desk.letters.show(id, queue))) throw errors.notFound()
          throw errors.conflict({ detail: 'the queue in which it failed is gone' })
        }
        desk.log.info({ actor: principal.id, message_id: id, queue, redriven }, 'dead letter redriven')
        return { status: 200, body: { redriven } }
      }),
  ),
  route(
    {
      method: 'DELETE',
      path: '/dead-letters/{id}',
      summary: 'Forget one for good',
      auth: actors,
      recentAuth: true,
      params,
      query,
      answers: { 204: null },
      budgetMs,
    },
    ({ params: { id }, query: { queue }, principal }) =>
      orUnavailable(async () => {
        const dropped = await desk.letters.drop(id, queue)
        if (dropped === 0) throw errors.notFound()
        desk.log.info({ actor: principal.id, message_id: id, queue, dropped }, 'dead letter dropped')
        return { status: 204 }
      }),
  ),
]

/** Only queues that hold something are looked through. A broadcast's own name is not among the counted ones. */
async function listEach(
  letters: DeadLetters,
  counts: readonly { readonly queue: string; readonly parked: number }[],
  queue: string | undefined,
  limit: number,
) {
  if (queue !== undefined) return letters.list(queue, limit)
  const found = []
  for (const each of counts) if (each.parked > 0) found.push(...(await letters.list(each.queue, limit)))
  return found
}

/** Without its broker a service can not tell; what it was told to do may have happened in part. */
async function orUnavailable<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (isAway(error)) throw errors.dependencyUnavailable({ retryAfterSeconds: 1, cause: error })
    throw error
  }
}

const isAway = (error: unknown): boolean =>
  error instanceof BusBlockedError ||
  error instanceof BusClosedError ||
  error instanceof ConfirmTimeoutError ||
  error instanceof OutcomeUnknownError
