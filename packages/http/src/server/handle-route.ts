import type { Request, Response } from 'express'
import { errors } from '@toko/contracts'
import { type Deadline, requestContext } from '@toko/runtime'
import { idempotencyKeyHeader, readIdempotencyKey, readIfMatch } from './preconditions.ts'
import { parseQuery } from './query.ts'
import { rawBodyOf } from './read-body.ts'
import { respond } from './respond.ts'
import type { Answer, Route, RouteRequest } from './route.ts'
import { validate } from './validate.ts'

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

/** Validates the rest of the request, calls the feature and answers. */
export async function handleRoute(
  { spec, handle }: Route,
  request: Request,
  response: Response,
  principal: unknown,
  checks: boolean,
): Promise<void> {
  const deadline = requestContext()!.deadline
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  const query = parseQuery(request.url)
  const input = {
    params: spec.params ? validate('params', spec.params, { ...request.params }) : undefined,
    query: spec.query ? validate('query', spec.query, query) : refuseQuery(query),
    body: spec.body ? validate('body', spec.body, request.body as unknown) : undefined,
    idempotencyKey: spec.idempotencyKey ? readIdempotencyKey(request.get(idempotencyKeyHeader)) : undefined,
    ifMatch: spec.ifMatch ? readIfMatch(request.get('if-match')) : undefined,
    rawBody: spec.keepsRawBody ? rawBodyOf(request) : undefined,
    principal,
    deadline,
    clientIp: request.ip ?? '',
    signal: gone.signal,
    header: (name: string) => request.get(name),
  } as RouteRequest
  if (deadline.hasPassed()) throw errors.overloaded({ retryAfterSeconds: 1 })
  const work = handle(input, request)
  const answer = await (spec.budgetMs === null ? work : withinBudget(work, deadline))
  await respond(request, response, spec, answer, checks)
}

function refuseQuery(query: Record<string, string>): undefined {
  const names = Object.keys(query)
  if (names.length === 0) return
  throw errors.validation({
    errors: names.slice(0, 20).map((name) => ({
      pointer: `query/${name.slice(0, 64)}`,
      code: 'unknown',
      detail: 'this parameter is not known here',
    })),
  })
}
