import { type Draft, type KeyState, type Placing, reply } from './state.ts'
import type { Turn } from './rules.ts'

/** Key of an attempt, as an index into what the provider knows. */
const keyOf = (attempt: number, { broken }: Turn['rules']): number => (broken.has('sharedKey') ? 0 : attempt - 1)

const answer = (order: Draft<Placing>, attempt: number, bits: number): void => {
  order.replies = order.replies.with(attempt - 1, order.replies[attempt - 1]! | bits)
}
const setKey = (order: Draft<Placing>, key: number, state: KeyState): void => {
  order.keys = order.keys.with(key, state)
}

/** The provider, asked by a worker of an attempt that may be arbitrarily late. Idempotent by key. */
function authorise(turn: Turn, attempt: number): void {
  const { order, rules, act } = turn
  const { broken } = rules
  const key = keyOf(attempt, rules)
  const say = (verdict: 'approved' | 'declined') => (next: Draft<Placing>) => {
    const isForgotten = broken.has('declineForgotten') && next.keys[key] === 'declined'
    if (next.keys[key] === 'unknown' || isForgotten) {
      setKey(next, key, verdict)
      if (verdict === 'approved') next.taken = Math.min(2, next.taken + 1)
    }
    const state = next.keys[key]
    if (state === 'approved' || state === 'declined') answer(next, attempt, reply[state])
  }
  if (broken.has('freshKey')) {
    act(`authorise ${attempt} with a new key`, (next) => {
      next.taken = Math.min(2, next.taken + 1)
      setKey(next, key, 'approved')
      answer(next, attempt, reply.approved)
    })
    return
  }
  if (order.keys[key] === 'unknown') {
    act(`authorise ${attempt}: approved`, say('approved'))
    act(`authorise ${attempt}: declined`, say('declined'))
  } else act(`authorise ${attempt} again`, say('approved'))
}

/** Answers that wait to be applied. An answer of another attempt, or that comes in another status, changes nothing. */
function applyReplies({ order, rules, act, send }: Turn, attempt: number): void {
  const { broken } = rules
  const bits = order.replies[attempt - 1]!
  const take = (kind: keyof typeof reply, apply: (next: Draft<Placing>) => void) => {
    if ((bits & reply[kind]) === 0) return
    act(`apply ${kind} ${attempt}`, (next) => {
      next.replies = next.replies.with(attempt - 1, bits & ~reply[kind])
      if (next.attempt === attempt || broken.has('anyReply')) apply(next)
    })
  }
  const cancel = (next: Draft<Placing>) => {
    next.status = 'cancelling'
    send(next, 'Release')
  }
  take('approved', (next) => {
    if (next.status !== 'paying') return
    next.status = 'authorised'
    send(next, 'Allocate')
  })
  take('declined', (next) => {
    if (next.status !== 'paying') return
    if (next.attempt < rules.attempts) next.status = 'reserved'
    else cancel(next)
  })
  take('voided', (next) => {
    if (next.status === (broken.has('noVoiding') ? 'paying' : 'voiding')) cancel(next)
  })
}

/** Ways out of a payment whose answer doesn't come. */
function giveUp({ order, rules, act, send }: Turn): void {
  const { broken } = rules
  const voidKey = (next: Draft<Placing>) => {
    const key = keyOf(next.attempt, rules)
    const isForgotten = broken.has('voidNoTomb') && next.keys[key] === 'unknown'
    if (next.keys[key] !== 'declined' && !isForgotten) setKey(next, key, 'voided')
    answer(next, next.attempt, reply.voided)
  }
  if (order.status === 'voiding') act('void', voidKey)
  if (order.status !== 'paying') return
  if (broken.has('timeoutCancel'))
    act('paying too long: cancel', (next) => {
      next.status = 'cancelling'
      send(next, 'Release')
    })
  else if (broken.has('noVoiding')) act('void while paying', voidKey)
  else
    act('cancel or paying too long', (next) => {
      next.status = 'voiding'
    })
}

/** Payment: the attempt is written first, then any worker that saw it may call, at any later time (R11, R13). */
export function paymentSteps(turn: Turn): void {
  const { order, rules, act } = turn
  const start = (next: Draft<Placing>) => {
    next.status = 'paying'
    next.attempt++
    next.workers |= 1 << (next.attempt - 1)
  }
  const isAllowed = order.attempt < rules.attempts
  if (order.status === 'reserved' && isAllowed) act('start payment', start)
  if (order.status === 'paying' && isAllowed && rules.broken.has('earlySecond')) act('start another payment', start)
  for (let attempt = 1; attempt <= order.attempt; attempt++) {
    const bit = 1 << (attempt - 1)
    if ((order.workers & bit) !== 0) {
      authorise(turn, attempt)
      act(`worker ${attempt} dies`, (next) => {
        next.workers &= ~bit
      })
    } else if (order.status === 'paying' && order.attempt === attempt)
      act('sweeper pays again', (next) => {
        next.workers |= bit
      })
    applyReplies(turn, attempt)
  }
  giveUp(turn)
}
