import { ProblemError } from '@toko/contracts'
import {
  assertDeclared,
  authenticate,
  type Connection,
  type GivenRequest,
  readRequest,
  type Route,
  type RouteRequest,
  type RouteSpec,
  runRoute,
  type Verifiers,
} from '@toko/http'
import { IncorrectSignatureError, type RpcCall, RpcFault } from '@toko/messaging'
import type { Deadline } from '@toko/runtime'
import { authorizationOf } from './authorization-of.ts'
import type { Signature } from './signature.ts'
import { sortArguments } from './sort-arguments.ts'

interface MethodCall {
  readonly route: Route
  readonly signature: Signature
  readonly call: RpcCall
  readonly deadline: Deadline
  readonly verifiers: Verifiers
  readonly checksAnswers: boolean
}

/** Serves one call by the handler of its route; the result is the answer's body. @throws RpcFault, the handler's errors */
export async function callMethod({ route, signature, call, deadline, verifiers, checksAnswers }: MethodCall) {
  const { spec } = route
  const principal = await authenticate(authorizationOf(call), spec.auth, spec.recentAuth === true, verifiers)
  const { headers, ...sorted } = sortArguments(signature, call)
  const request = fitting(spec, {
    ...sorted,
    principal,
    deadline,
    clientIp: '',
    // nobody waits for the reply any longer than that
    signal: AbortSignal.timeout(Math.ceil(deadline.remainingMs())),
    header: (name) => headers.get(name) ?? call.headers[name],
  })
  const broken = Promise.withResolvers<unknown>()
  const served = runRoute(route, request, connectionOf(broken)).then((answer) => {
    if (checksAnswers) assertDeclared(spec, answer)
    // as a JSON body would bring it: without undefined members, dates as text
    return answer.body === undefined ? null : (JSON.parse(JSON.stringify(answer.body)) as unknown)
  })
  return Promise.race([served, broken.promise])
}

/** What a schema refuses are wrong arguments; what the handler refuses later is a problem. */
function fitting(spec: RouteSpec, given: GivenRequest): RouteRequest {
  try {
    return readRequest(spec, given)
  } catch (error) {
    if (!(error instanceof ProblemError) || error.status !== 400) throw error
    const faults = error.details.errors?.slice(0, 5).map(({ pointer, detail }) => `${pointer} ${detail}`)
    throw new IncorrectSignatureError(faults ? faults.join('; ') : error.message)
  }
}

/** RPC has no connection to break: its caller is told that there was none, and can't know what happened either. */
function connectionOf(answer: PromiseWithResolvers<unknown>): Connection {
  const lose = () => answer.reject(new RpcFault('ConnectionLost', 'toko.errors.connection-lost', 'connection lost'))
  return { drop: lose, reset: lose, sendRaw: (_status, text) => answer.resolve(text) }
}
