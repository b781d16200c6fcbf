import { describe, expect, it } from 'vitest'
import { signWebhook, verifyWebhook } from './webhook-signature.ts'

const secret = 'a secret of the edge'
const body = '{"id":"evt_1","amountMinor":100}'
const nowMs = 1_700_000_000_123
const refused = expect.objectContaining({ code: 'signature-invalid' })

describe('webhook signature', () => {
  it('has the documented form: HMAC-SHA256 of "t.body" in hex', () => {
    // printf '1700000000.{"id":"evt_1","amountMinor":100}' | openssl dgst -sha256 -hmac 'a secret of the edge'
    expect(signWebhook(secret, body, nowMs)).toBe(
      't=1700000000,v1=f8473c89bcdfafb8196bfc2e8a21fdaa8070aae41e99271e105fa055eabe65de',
    )
  })

  it('accepts exact bytes and text alike', () => {
    const header = signWebhook(secret, body, nowMs)
    expect(() => verifyWebhook(secret, header, body, nowMs)).not.toThrow()
    expect(() => verifyWebhook(secret, header, Buffer.from(body), nowMs)).not.toThrow()
  })

  it('refuses another body, secret or timestamp', () => {
    const header = signWebhook(secret, body, nowMs)
    expect(() => verifyWebhook(secret, header, `${body} `, nowMs)).toThrow(refused)
    expect(() => verifyWebhook('another secret here', header, body, nowMs)).toThrow(refused)
    expect(() => verifyWebhook(secret, header.replace('t=1700000000', 't=1700000001'), body, nowMs)).toThrow(refused)
  })

  it('refuses what is older or newer than 5 minutes', () => {
    const header = signWebhook(secret, body, 1_700_000_000_000)
    for (const offsetMs of [-300_000, 300_000])
      expect(() => verifyWebhook(secret, header, body, 1_700_000_000_000 + offsetMs)).not.toThrow()
    for (const offsetMs of [-300_001, 300_001])
      expect(() => verifyWebhook(secret, header, body, 1_700_000_000_000 + offsetMs)).toThrow(refused)
  })

  it('accepts one good signature among several', () => {
    const [timestamp, good] = signWebhook(secret, body, nowMs).split(',')
    const bad = `v1=${'0'.repeat(64)}`
    expect(() => verifyWebhook(secret, [timestamp, bad, good].join(','), body, nowMs)).not.toThrow()
    expect(() => verifyWebhook(secret, [timestamp, bad].join(','), body, nowMs)).toThrow(refused)
  })

  it.each([
    undefined,
    '',
    't=',
    't=1700000000',
    't=1700000000,v1=',
    't=1700000000,v1=abc',
    'v1=00,t=1700000000',
    't=NaN,v1=0',
  ])('refuses the malformed header %j', (header) => {
    expect(() => verifyWebhook(secret, header, body, nowMs)).toThrow(refused)
  })
})
