import { createHmac, timingSafeEqual } from 'node:crypto'
import { errors } from '@toko/contracts'

/** Request header that carries the signature of a webhook. */
export const webhookSignatureHeader = 'toko-signature'

/** Older or newer than this is a replay or a broken clock. */
const toleranceMs = 5 * 60_000

const hmac = (secret: string, timestamp: string, rawBody: Buffer | string) =>
  createHmac('sha256', secret).update(`${timestamp}.`).update(rawBody).digest()

/** Value of the header: `t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.body">`. Signed anew for each delivery. */
export function signWebhook(secret: string, rawBody: Buffer | string, nowMs: number): string {
  const timestamp = String(Math.floor(nowMs / 1000))
  return `t=${timestamp},v1=${hmac(secret, timestamp, rawBody).toString('hex')}`
}

/**
 * Checks a webhook's header against the exact bytes that came. Several `v1` are understood, any one suffices, so that a
 * sender can sign with two secrets while it changes them. @throws signature-invalid, which never says what was wrong
 */
export function verifyWebhook(
  secret: string,
  header: string | undefined,
  rawBody: Buffer | string,
  nowMs: number,
): void {
  const parts = (header ?? '').slice(0, 1000).split(',')
  const timestamp = /^t=(\d{1,12})$/.exec(parts[0]!)?.[1]
  if (timestamp === undefined || Math.abs(nowMs - Number(timestamp) * 1000) > toleranceMs)
    throw errors.signatureInvalid()
  const expected = hmac(secret, timestamp, rawBody)
  const matches = parts
    .slice(1)
    .filter((part) => /^v1=[0-9a-f]{64}$/.test(part))
    .map((part) => timingSafeEqual(Buffer.from(part.slice('v1='.length), 'hex'), expected))
  if (!matches.includes(true)) throw errors.signatureInvalid()
}
