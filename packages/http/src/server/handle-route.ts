import type { Request, Response } from 'express'
import { requestContext } from '@toko/runtime'
import { parseQuery } from './query.ts'
import { rawBodyOf } from './read-body.ts'
import { readRequest } from './read-request.ts'
import { respond } from './respond.ts'
import type { Connection, Route } from './route.ts'
import { runRoute } from './run-route.ts'

/** Validates the rest of the request, calls the feature and answers. */
export async function handleRoute(
  route: Route,
  request: Request,
  response: Response,
  principal: unknown,
  checks: boolean,
): Promise<void> {
  const { spec } = route
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  const input = readRequest(spec, {
    params: request.params,
    query: parseQuery(request.url),
    body: request.body as unknown,
    ...(spec.keepsRawBody ? { rawBody: rawBodyOf(request) } : {}),
    principal,
    deadline: requestContext()!.deadline,
    clientIp: request.ip ?? '',
    signal: gone.signal,
    header: (name) => request.get(name),
  })
  const answer = await runRoute(route, input, connectionOf(request, response))
  await respond(request, response, spec, answer, checks)
}

const connectionOf = (request: Request, response: Response): Connection => ({
  drop: () => void request.socket.destroy(),
  reset: () => void request.socket.resetAndDestroy(),
  sendRaw: (status, text) => void response.writeHead(status, { 'content-type': 'application/json' }).end(text),
})
