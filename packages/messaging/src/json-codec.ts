import { InvalidMessageError, MessageTooLargeError } from './errors.ts'

/** Contract limit of a body in bytes (messaging.md, "Publishing"); the broker's own is 16 MiB and kills the channel. */
export const maxBodyBytes = 256 * 1024
/** Deeper nesting is an attack or a bug; it also ends cycles. */
const maxDepth = 32

/** @throws InvalidMessageError naming the place of the first value that would change or vanish on the way */
export function encodeJson(value: unknown, what: string): Buffer {
  assertJson(value, what, 0)
  const bytes = Buffer.from(JSON.stringify(value))
  assertSize(bytes, what)
  return bytes
}

/** @throws MessageTooLargeError, or InvalidMessageError on bytes that are not UTF-8 JSON within the limits */
export function decodeJson(bytes: Uint8Array, what: string): unknown {
  assertSize(bytes, what)
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (error) {
    throw new InvalidMessageError(`${what} is not UTF-8 JSON`, { cause: error })
  }
  assertJson(value, what, 0)
  return value
}

function assertSize(bytes: Uint8Array, what: string): void {
  if (bytes.byteLength > maxBodyBytes)
    throw new MessageTooLargeError(`${what} has ${bytes.byteLength} bytes, the limit is ${maxBodyBytes}`)
}

function assertJson(value: unknown, path: string, depth: number): void {
  if (depth > maxDepth) throw new InvalidMessageError(`${path} is nested deeper than ${maxDepth}`)
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return
  if (typeof value === 'number') return assertNumber(value, path)
  if (typeof value !== 'object') throw new InvalidMessageError(`${path} is ${typeof value}, which is not JSON`)
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) assertJson(value[index], `${path}[${index}]`, depth + 1)
    return
  }
  assertPlain(value, path)
  for (const [key, inner] of Object.entries(value)) assertJson(inner, `${path}.${key}`, depth + 1)
}

function assertNumber(value: number, path: string): void {
  if (!Number.isFinite(value)) throw new InvalidMessageError(`${path} is ${value}, which is not JSON`)
  if (Number.isInteger(value) && !Number.isSafeInteger(value))
    throw new InvalidMessageError(`${path} is an integer above 2^53, which loses digits`)
}

function assertPlain(value: object, path: string): void {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== null && prototype !== Object.prototype)
    throw new InvalidMessageError(`${path} is a ${value.constructor.name}, which JSON does not keep`)
  if ('toJSON' in value) throw new InvalidMessageError(`${path} has toJSON, which would replace it`)
  // kombu's markers: a Python peer would turn such data into a datetime, a Decimal or an error.
  if ('__type__' in value && '__value__' in value)
    throw new InvalidMessageError(`${path} has the keys __type__ and __value__, which are reserved`)
}
