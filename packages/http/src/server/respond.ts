import type { Request, Response } from 'express'
import { etagOf, isNotModified } from './preconditions.ts'
import type { Answer, RouteSpec } from './route.ts'

/** Sends a handler's answer; with `checks` on, an answer that its own declaration doesn't allow is an error. */
export async function respond(
  request: Request,
  response: Response,
  spec: RouteSpec,
  answer: Answer,
  checks: boolean,
): Promise<void> {
  const declared = spec.answers[answer.status]
  if (checks) assertDeclared(spec, answer)
  const headers: Record<string, string | number> = { 'cache-control': 'no-store' }
  if (answer.etag !== undefined) {
    const etag = etagOf(answer.etag)
    headers['etag'] = etag
    if (request.method === 'GET' && isNotModified(request.headers['if-none-match'], etag)) {
      response.writeHead(304, { ...headers, ...answer.headers }).end()
      return
    }
  }
  if (answer.stream) {
    const type = typeof declared === 'string' ? declared : 'application/json'
    response.writeHead(answer.status, { ...headers, 'content-type': type, ...answer.headers })
    await answer.stream(response)
    if (!response.writableEnded) response.end()
    return
  }
  if (answer.body === undefined) {
    response.writeHead(answer.status, { ...headers, ...answer.headers }).end()
    return
  }
  const body = Buffer.from(JSON.stringify(answer.body))
  headers['content-type'] = 'application/json'
  headers['content-length'] = body.length
  response.writeHead(answer.status, { ...headers, ...answer.headers }).end(body)
}

/** @throws Error for an answer that the route's declaration does not allow */
export function assertDeclared(spec: RouteSpec, answer: Answer): void {
  const declared = spec.answers[answer.status]
  const where = `${spec.method} ${spec.path} answered ${answer.status}`
  if (declared === undefined) throw new Error(`${where}, which it does not declare`)
  if (declared === null && answer.body !== undefined) throw new Error(`${where} with a body that it does not declare`)
  if (declared === null || typeof declared === 'string') return
  const result = declared.safeParse(JSON.parse(JSON.stringify(answer.body ?? null)))
  if (!result.success) throw new Error(`${where} with a body that does not fit its schema: ${result.error.message}`)
}
