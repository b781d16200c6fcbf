import { errors } from '@toko/contracts'

/** Value of Idempotency-Key, quoted or bare (the header is still an Internet-Draft: its name is only here). */
export const idempotencyKeyHeader = 'idempotency-key'

export function readIdempotencyKey(header: string | undefined): string {
  if (header === undefined || header === '') throw errors.idempotencyKeyMissing()
  const key = header.startsWith('"') && header.endsWith('"') ? header.slice(1, -1) : header
  if (!/^[\x21-\x7e]{16,255}$/.test(key))
    throw errors.idempotencyKeyMissing({ detail: 'expected 16 to 255 visible characters' })
  return key
}

/** Revision of a strong `If-Match: "<rev>"`. `*` and weak tags don't say which revision was seen. */
export function readIfMatch(header: string | undefined): number {
  if (header === undefined) throw errors.preconditionRequired()
  const revision = /^"(\d{1,15})"$/.exec(header)?.[1]
  if (revision === undefined) throw errors.preconditionFailed({ detail: 'expected the ETag of the resource' })
  return Number(revision)
}

export const etagOf = (revision: number | string): string => `"${revision}"`

/** True when the client's copy is current. */
export function isNotModified(ifNoneMatch: string | undefined, etag: string): boolean {
  return ifNoneMatch !== undefined && ifNoneMatch.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag)
}
