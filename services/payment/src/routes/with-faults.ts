import { setTimeout as sleep } from 'node:timers/promises'
import { errors, type PaymentFault, type PaymentOperation } from '@toko/contracts'
import type { Answer, Connection, Route, RouteRequest } from '@toko/http'
import type { FaultSwitches } from '../ports.ts'
import type { HeldRequests } from './held-requests.ts'

interface Hit {
  readonly fault: PaymentFault
  readonly request: RouteRequest
  readonly connection: Connection
  readonly held: HeldRequests
  /** The call as it should have been. */
  readonly serve: () => Promise<Answer>
}

/** Longest silence: clients have given up by then. */
const silenceMs = 15_000

/** The connection is gone or answered by hand, so there is nothing left to send for the app. */
const nothing = () => new Promise<never>(() => {})

const failed = () => errors.internal({ detail: 'a switched-on fault' })

/** Does it whatever the outcome: the client won't learn it. */
const quietly = (work: () => Promise<unknown>) => work().catch(() => {})

const acts: Readonly<Record<PaymentFault['kind'], (hit: Hit) => Promise<Answer>>> = {
  async delay({ fault, held, serve }) {
    await held.pause(fault.delayMs)
    return serve()
  },
  async 'timeout-after-effect'({ request, connection, held, serve }) {
    await quietly(serve)
    await held.pause(silenceMs, request.signal)
    connection.drop()
    return nothing()
  },
  async 'error-500'(hit) {
    await strike(hit, () => {})
    throw failed()
  },
  async reset(hit) {
    await strike(hit, () => hit.connection.reset())
    return nothing()
  },
  async malformed({ connection, serve }) {
    const answer = await serve()
    const whole = JSON.stringify(answer.body)
    connection.sendRaw(answer.status, whole.slice(0, whole.length / 2))
    return nothing()
  },
  async 'wrong-amount'({ serve }) {
    const answer = await serve()
    const body = answer.body as { amountMinor: number }
    return { ...answer, body: { ...body, amountMinor: body.amountMinor + 1 } }
  },
  async 'late-approval'({ fault, held, serve }) {
    held.later(fault.delayMs, serve)
    throw failed()
  },
}

async function strike({ fault, held, serve }: Hit, failure: () => void): Promise<void> {
  if (fault.effect === 'before') await quietly(serve)
  failure()
  if (fault.effect === 'after') held.later(0, serve)
}

/** The limit that the app gives other routes: faults may take longer, the handler itself may not. */
async function inTime<T>(work: Promise<T>, limitMs: number): Promise<T> {
  const over = new AbortController()
  const limit = sleep(limitMs, undefined, { signal: over.signal }).then(() => {
    throw errors.dependencyUnavailable({ detail: 'no answer in time', retryAfterSeconds: 1 })
  })
  try {
    return await Promise.race([work, limit])
  } finally {
    over.abort()
  }
}

/** The one place where switched-on faults act: around a handler that knows nothing of them. */
export function withFaults(
  operation: PaymentOperation,
  faults: FaultSwitches,
  held: HeldRequests,
  route: Route,
): Route {
  const limitMs = route.spec.method === 'GET' ? 1000 : 3000
  return {
    spec: { ...route.spec, budgetMs: null },
    async handle(request, connection) {
      const serve = () => inTime(route.handle(request, connection), limitMs)
      const fault = await inTime(faults.pick(operation), limitMs)
      return fault ? acts[fault.kind]({ fault, request, connection, held, serve }) : serve()
    },
  }
}
