import type { RpcCall, RpcMethods } from '../bus.ts'
import type { Wire } from '../envelope.ts'
import { appendCall, type CallContext } from './call-stack.ts'
import { callHeaders } from './rpc-codec.ts'
import { IncorrectSignatureError, MalformedRequestError, MethodNotFoundError, RpcFault } from './rpc-errors.ts'

interface Served {
  readonly service: string
  readonly methods: RpcMethods
  readonly context: CallContext
}

interface Request {
  readonly wire: Wire
  /** The wire's body, decoded. */
  readonly body: unknown
  readonly redelivered: boolean
}

/**
 * Executes one request, with Nameko's answers to broken ones (messaging.md, "What a Nameko service does").
 * @throws RpcFault or whatever the method throws
 */
export async function answer(
  { service, methods, context }: Served,
  { wire, body, redelivered }: Request,
): Promise<unknown> {
  const name = wire.routingKey.slice(service.length + 1)
  const method = Object.hasOwn(methods, name) ? methods[name] : undefined
  if (!method) throw new MethodNotFoundError(name)
  const callIdStack = appendCall(wire.headers, service, name)
  const call = { service, method: name, ...checkBody(body), ...callHeaders(wire), callIdStack, redelivered }
  return context.run(callIdStack, () => method(call))
}

function checkBody(body: unknown): Pick<RpcCall, 'args' | 'kwargs'> {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new RpcFault('TypeError', 'builtins.TypeError', 'request body is not an object')
  if (!('args' in body) || !('kwargs' in body)) throw new MalformedRequestError()
  const { args, kwargs } = body
  if (!Array.isArray(args)) throw new IncorrectSignatureError('args is not an array')
  if (typeof kwargs !== 'object' || kwargs === null || Array.isArray(kwargs))
    throw new IncorrectSignatureError('kwargs is not an object')
  return { args, kwargs: { ...kwargs } }
}
