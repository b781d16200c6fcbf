import { requestContext } from '@toko/runtime'
import { Headers } from 'node-fetch'
import { CallNotSentError } from './call-errors.ts'
import type { Answers, CallOptions, HttpClientOptions } from './client-options.ts'
import { requestIdHeader } from './wire.ts'

/** What all attempts of a call have in common. */
export interface BuiltRequest {
  readonly method: CallOptions<Answers>['method']
  readonly template: string
  readonly url: URL
  readonly headers: Headers
  readonly body: string | null
}

/** @throws CallNotSentError `invalid-request` */
export function buildRequest(
  client: Pick<HttpClientOptions, 'name' | 'target' | 'baseUrl'>,
  options: CallOptions<Answers>,
): BuiltRequest {
  try {
    return {
      method: options.method,
      template: options.path,
      url: buildUrl(client.baseUrl, options),
      headers: buildHeaders(client.name, options),
      body: options.body === undefined ? null : JSON.stringify(options.body),
    }
  } catch (cause) {
    const message = `${options.method} ${options.path} can't be sent: ${(cause as Error).message}`
    throw new CallNotSentError('invalid-request', { target: client.target, message, cause })
  }
}

function buildUrl(baseUrl: string, { path, params = {}, query = {} }: CallOptions<Answers>): URL {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = String(params[name] ?? '')
    // URL parsers take `..`, also written %2e%2e, as "one level up": the call would reach another route
    if (value === '' || value === '.' || value === '..') throw new TypeError(`parameter ${name} is empty or dots`)
    return encodeURIComponent(value)
  })
  const url = new URL(baseUrl.replace(/\/+$/, '') + filled)
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.append(name, String(value))
  }
  return url
}

function buildHeaders(caller: string, options: CallOptions<Answers>): Headers {
  const headers = new Headers({ accept: 'application/json, application/problem+json', 'user-agent': `toko-${caller}` })
  if (options.body !== undefined) headers.set('content-type', 'application/json')
  const requestId = requestContext()?.requestId
  if (requestId !== undefined) headers.set(requestIdHeader, requestId)
  for (const [name, value] of Object.entries(options.headers ?? {})) headers.set(name, value)
  return headers
}
