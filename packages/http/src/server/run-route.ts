import { errors } from '@toko/contracts'
import { aboutOrder, type Deadline, orderIdIn } from '@toko/runtime'
import type { Answer, Connection, Route, RouteRequest, RouteSpec } from './route.ts'

/** Budget of a route that has none of its own, and of a request before its route is known. */
export const longestBudgetMs = 30_000

/** Shorter of the route's own budget times `factor` and what the caller has left, as its header says it in ms. */
export function budgetMsOf(spec: RouteSpec, header: string | undefined, factor = 1): number {
  const meant = (spec.budgetMs ?? (spec.method === 'GET' ? 1000 : 3000)) * factor
  const own = spec.budgetMs === null ? longestBudgetMs : Math.min(meant, longestBudgetMs)
  return header !== undefined && /^\d{1,8}$/.test(header) ? Math.min(own, Number(header)) : own
}

/** Lets the handler answer within the request's budget. @throws overloaded, dependency-unavailable, the handler's errors */
export async function runRoute(
  { spec, handle }: Route,
  request: RouteRequest,
  connection: Connection,
): Promise<Answer> {
  const { deadline } = request
  if (deadline.hasPassed()) throw errors.overloaded({ retryAfterSeconds: 1 })
  const orderId = orderOf(request)
  const work =
    orderId === undefined ? handle(request, connection) : aboutOrder(orderId, () => handle(request, connection))
  return spec.budgetMs === null ? work : withinBudget(work, deadline)
}

/** The order that a request names in its path. */
const orderOf = ({ params }: RouteRequest): string | undefined => {
  for (const value of Object.values((params ?? {}) as Readonly<Record<string, unknown>>)) {
    const orderId = typeof value === 'string' ? orderIdIn(value) : undefined
    if (orderId !== undefined) return orderId
  }
  return undefined
}

/** Rejects when the budget is used up; the handler's late result is dropped, and the client is told to ask again. */
function withinBudget(work: Promise<Answer>, deadline: Deadline): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(errors.dependencyUnavailable({ detail: 'no answer in time', retryAfterSeconds: 1 })),
      deadline.remainingMs(),
    )
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
