import { maxBodyBytes } from '../json-codec.ts'

/**
 * kombu from 5.3 on writes `{"__type__", "__value__"}` for datetime, date, time, decimal, uuid, bytes and base64, before
 * that plain strings (messaging.md, "JSON dialects"). Both arrive as strings. What it can't read stays as it came.
 */
export function plainJson(body: Buffer): Buffer {
  if (body.byteLength > maxBodyBytes || !body.includes('"__type__"')) return body
  try {
    return Buffer.from(JSON.stringify(JSON.parse(body.toString(), (_, value: unknown) => plain(value))))
  } catch {
    return body
  }
}

function plain(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Object.keys(value).length !== 2) return value
  const { __type__: type, __value__: inner } = value as Record<string, unknown>
  if (typeof type !== 'string') return value
  if (typeof inner === 'string') return inner
  const hex = typeof inner === 'object' && inner !== null && 'hex' in inner ? inner.hex : undefined
  const parts = typeof hex === 'string' ? /^(.{8})(.{4})(.{4})(.{4})(.{12})$/.exec(hex) : null
  return type === 'uuid' && parts ? parts.slice(1).join('-') : value
}
