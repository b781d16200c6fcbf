import { type Answers, type Built, CallNotSentError, type CallOptions, requestIdHeader } from '@toko/http'
import { requestContext } from '@toko/runtime'

/** What all attempts of a call have in common. */
export interface BuiltCall extends Built {
  readonly method: string
  readonly kwargs: Readonly<Record<string, unknown>>
  readonly headers: Headers
}

/** Parameters, query and body together are the kwargs, under their own names. @throws CallNotSentError `invalid-request` */
export function buildCall(target: string, call: CallOptions<Answers> & { readonly rpc?: string }): BuiltCall {
  const what = call.rpc ?? `${call.method} ${call.path}`
  try {
    if (call.rpc === undefined) throw new TypeError('it has no name for RPC')
    return { method: call.rpc, kwargs: kwargsOf(call), headers: headersOf(call) }
  } catch (cause) {
    const message = `${what} can't be sent: ${(cause as Error).message}`
    throw new CallNotSentError('invalid-request', { target, message, cause })
  }
}

/** Through JSON text, which leaves out undefined members as an HTTP body does. */
function kwargsOf({ params, query, body }: CallOptions<Answers>): BuiltCall['kwargs'] {
  return JSON.parse(JSON.stringify({ ...params, ...query, ...(body as object | undefined) })) as BuiltCall['kwargs']
}

function headersOf(call: CallOptions<Answers>): Headers {
  const headers = new Headers(call.headers)
  const requestId = requestContext()?.requestId
  if (requestId !== undefined) headers.set(requestIdHeader, requestId)
  return headers
}
