import express, { type Request, type RequestHandler } from 'express'
import { parse as parseContentType } from 'node:querystring'
import { errors } from '@toko/contracts'
import { refuseDeepJson } from './json-depth.ts'
import type { RouteSpec } from './route.ts'

const defaultLimit = 100 * 1024
const rawBodies = new WeakMap<object, Buffer>()

/** The exact bytes of a body that was read with `keepsRawBody`. */
export const rawBodyOf = (request: object): Buffer => rawBodies.get(request) ?? Buffer.alloc(0)

const hasBody = (request: Request) =>
  request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0

function acceptedTypes(spec: RouteSpec): string[] {
  if (spec.contentType) return [spec.contentType]
  return spec.method === 'PATCH' ? ['application/merge-patch+json', 'application/json'] : ['application/json']
}

/** Type and charset as sent; only UTF-8 is understood (utf-7 would pass the parser's own check). */
function refuseContentType(request: Request, accepted: readonly string[]): void {
  const [type = '', ...parameters] = (request.headers['content-type'] ?? '').split(';').map((part) => part.trim())
  const charset = String(parseContentType(parameters.join('&').toLowerCase())['charset'] ?? 'utf-8').replaceAll('"', '')
  if (!accepted.includes(type.toLowerCase()) || !/^utf-?8$/.test(charset))
    throw errors.unsupportedMediaType({ detail: `send ${accepted.join(' or ')}` })
}

/** Middleware that leaves the parsed body of a declared route in `request.body`, or refuses the request. */
export function bodyReader(spec: RouteSpec): RequestHandler {
  if (!spec.body) {
    return (request, _response, next) => {
      if (hasBody(request)) throw errors.validation({ detail: 'this request takes no body' })
      next()
    }
  }
  const accepted = acceptedTypes(spec)
  const isJson = accepted.some((type) => type.endsWith('json'))
  const options = {
    limit: spec.bodyLimit ?? defaultLimit,
    type: () => true,
    verify: (request: object, _response: unknown, bytes: Buffer) => {
      if (isJson) refuseDeepJson(bytes)
      if (spec.keepsRawBody) rawBodies.set(request, bytes)
    },
  }
  const parse = isJson ? express.json({ ...options, strict: true }) : express.text(options)
  return (request, response, next) => {
    if (!hasBody(request)) throw errors.validation({ detail: 'a body is required' })
    refuseContentType(request, accepted)
    parse(request, response, next)
  }
}
