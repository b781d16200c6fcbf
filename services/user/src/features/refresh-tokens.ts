import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { RefreshGeneration } from '../domain/session.ts'
import type { Context } from './context.ts'

const [randomLength, markLength] = [32, 16]

const markOf = (c: Pick<Context, 'secrets'>, sessionId: string, random: Buffer) =>
  Buffer.from(c.secrets.mac('refresh-token', `${sessionId}.${random.toString('base64url')}`), 'base64url').subarray(
    0,
    markLength,
  )

/** `sid.secret`: 256 random bits and a mark by which we know our own tokens also when their digest is long gone. */
export function newRefreshToken(c: Pick<Context, 'secrets'>, sessionId: string): string {
  const random = randomBytes(randomLength)
  return `${sessionId}.${Buffer.concat([random, markOf(c, sessionId, random)]).toString('base64url')}`
}

/** Whether we made it. A guess by somebody who merely knows a session's id must not end that session. */
export function isOurRefreshToken(c: Pick<Context, 'secrets'>, token: string): boolean {
  const { sessionId, secret } = partsOf(token)
  const bytes = Buffer.from(secret, 'base64url')
  if (bytes.length !== randomLength + markLength) return false
  return timingSafeEqual(bytes.subarray(randomLength), markOf(c, sessionId, bytes.subarray(0, randomLength)))
}

export function partsOf(token: string): { sessionId: string; secret: string } {
  const dot = token.indexOf('.')
  return { sessionId: token.slice(0, dot), secret: token.slice(dot + 1) }
}

/** At rest only this is kept; also what is compared, so the comparison's time says nothing about the token. */
export const refreshHash = (token: string): string => createHash('sha256').update(token).digest('hex')

export const generationOf = (token: string, generation: number, nowMs: number): RefreshGeneration => ({
  hash: refreshHash(token),
  generation,
  issuedAt: new Date(nowMs),
})
