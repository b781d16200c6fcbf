import { InvalidMessageError, MessageTooLargeError } from './errors.ts'

/** Contract limit of a body in bytes (messaging.md, "Publishing"); the broker's own is 16 MiB and kills the channel. */
export const maxBodyBytes = 256 * 1024
/** Deeper nesting is an attack or a bug; it also ends cycles. */
const maxDepth = 32

/** Fatal, so that what is not UTF-8 is told instead of being replaced. */
const utf8 = new TextDecoder('utf-8', { fatal: true })

/** @throws InvalidMessageError naming the place of the first value that would change or vanish on the way */
export function encodeJson(value: unknown, what: string): Buffer {
  assertJson(value, what)
  const bytes = Buffer.from(JSON.stringify(value))
  assertSize(bytes, what)
  return bytes
}

/** @throws MessageTooLargeError, or InvalidMessageError on bytes that are not UTF-8 JSON within the limits */
export function decodeJson(bytes: Uint8Array, what: string): unknown {
  assertSize(bytes, what)
  let value: unknown
  try {
    value = JSON.parse(utf8.decode(bytes))
  } catch (error) {
    throw new InvalidMessageError(`${what} is not UTF-8 JSON`, { cause: error })
  }
  assertJson(value, what)
  return value
}

function assertSize(bytes: Uint8Array, what: string): void {
  if (bytes.byteLength > maxBodyBytes)
    throw new MessageTooLargeError(`${what} has ${bytes.byteLength} bytes, the limit is ${maxBodyBytes}`)
}

function assertJson(value: unknown, what: string): void {
  const fault = faultOf(value, 0)
  if (fault) throw new InvalidMessageError(`${what}${fault.place} ${fault.says}`)
}

interface Fault {
  /** `.lines[1].price`, put together on the way back: every message is checked, few are wrong. */
  readonly place: string
  readonly says: string
}

const here = (says: string): Fault => ({ place: '', says })

function faultOf(value: unknown, depth: number): Fault | undefined {
  if (depth > maxDepth) return here(`is nested deeper than ${maxDepth}`)
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return undefined
  if (typeof value === 'number') return faultOfNumber(value)
  if (typeof value !== 'object') return here(`is ${typeof value}, which is not JSON`)
  return Array.isArray(value) ? faultInArray(value, depth) : (faultOfObject(value) ?? faultInObject(value, depth))
}

function faultInArray(values: readonly unknown[], depth: number): Fault | undefined {
  for (let index = 0; index < values.length; index++) {
    const fault = faultOf(values[index], depth + 1)
    if (fault) return { ...fault, place: `[${index}]${fault.place}` }
  }
  return undefined
}

function faultInObject(value: object, depth: number): Fault | undefined {
  for (const key of Object.keys(value)) {
    const fault = faultOf((value as Record<string, unknown>)[key], depth + 1)
    if (fault) return { ...fault, place: `.${key}${fault.place}` }
  }
  return undefined
}

function faultOfNumber(value: number): Fault | undefined {
  if (!Number.isFinite(value)) return here(`is ${value}, which is not JSON`)
  if (Number.isInteger(value) && !Number.isSafeInteger(value))
    return here('is an integer above 2^53, which loses digits')
  return undefined
}

function faultOfObject(value: object): Fault | undefined {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== null && prototype !== Object.prototype)
    return here(`is a ${value.constructor.name}, which JSON does not keep`)
  if ('toJSON' in value) return here('has toJSON, which would replace it')
  // kombu's markers: a Python peer would turn such data into a datetime, a Decimal or an error.
  if ('__type__' in value && '__value__' in value)
    return here('has the keys __type__ and __value__, which are reserved')
  return undefined
}
