import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { HttpClient } from '@toko/http'
import type { History } from '../history/history-file.ts'
import type { Op } from '../history/record.ts'
import { answersOf, type Told, toldByAnswer, toldByError } from './attempt.ts'
import { backoffMs, type Patience } from './patience.ts'

/** One request with its key, as a journey asks for it. */
export interface Act {
  readonly op: Op
  readonly path: string
  readonly params?: Readonly<Record<string, string>>
  /** Absent: the route has none. */
  readonly body: unknown
  readonly key: string
  /** Of acts on an order that exists. */
  readonly orderId?: string
  readonly journey: string
  readonly userId: string
  /** Asked for before each attempt. */
  readonly authorization: () => Promise<Readonly<Record<string, string>>>
  /** The token was refused. */
  readonly onRefused: () => void
  readonly waitS?: number
}

/** A client of the load: its number, and how many attempts it made. */
export interface Sender {
  readonly client: number
  seq: number
}

interface ActNeeds {
  readonly order: HttpClient
  readonly history: History
  readonly limits: Patience
}

/** order-protocol.md: clients wait 5 s for POST /orders. */
const attemptMs = 5000

const hashOf = (body: unknown) =>
  createHash('sha256')
    .update(JSON.stringify(body ?? null))
    .digest('hex')

/**
 * Writes its key down, sends it, and repeats it under the same key while nobody knows, or while it did not happen but may
 * yet. Resolves with the last that was told: `info` when patience ended first.
 */
export function makeAct({ order, history, limits }: ActNeeds) {
  async function attempt(act: Act, sender: Sender, bodyHash: string): Promise<Told> {
    const seq = ++sender.seq
    const t0 = performance.now()
    const told = await send(act).catch(toldByError)
    const t1 = performance.now()
    const { outcome, status, orderId, madeId, reason } = told
    history.append({
      type: 'attempt',
      client: sender.client,
      seq,
      op: act.op,
      key: act.key,
      bodyHash,
      t0,
      t1,
      outcome,
      status,
      orderId: orderId ?? act.orderId ?? null,
      ...(madeId === undefined ? {} : { madeId }),
      ...(reason === undefined ? {} : { reason }),
    })
    return told
  }

  async function send({ op, path, params, body, key, waitS, authorization }: Act): Promise<Told> {
    const headers = {
      ...(await authorization()),
      'idempotency-key': key,
      ...(waitS === undefined ? {} : { prefer: `wait=${waitS}` }),
    }
    const {
      status,
      body: answer,
      headers: answered,
    } = await order.call({
      method: 'POST',
      path,
      headers,
      body,
      timeoutMs: attemptMs,
      answer: answersOf[op],
      ...(params ? { params } : {}),
    })
    const retryAfterMs = Number(answered.get('retry-after') ?? 0) * 1000
    return toldByAnswer(op, { status, body: answer as Readonly<Record<string, unknown>>, retryAfterMs })
  }

  return async function act(wanted: Act, sender: Sender): Promise<Told> {
    const { op, journey, userId, key, body, orderId = null } = wanted
    const bodyHash = hashOf(body)
    await history.persist({
      type: 'intent',
      client: sender.client,
      seq: sender.seq + 1,
      op,
      journey,
      userId,
      key,
      bodyHash,
      orderId,
      t0: performance.now(),
    })
    const untilMs = limits.untilMs()
    for (let tries = 0; ; tries++) {
      const told = await attempt(wanted, sender, bodyHash)
      if (told.status === 401) wanted.onRefused()
      const pauseMs = Math.max(told.retryAfterMs, backoffMs(tries))
      const mayWait = performance.now() + pauseMs < Math.min(untilMs, limits.untilMs())
      if (told.outcome === 'ok' || !told.isPassing || !mayWait) return told
      await sleep(pauseMs)
    }
  }
}
export type ActOut = ReturnType<typeof makeAct>
