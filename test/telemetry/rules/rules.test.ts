import type { ReceivedSpan } from '@toko/testkit'
import { describe, expect, it } from 'vitest'
import { logFaults } from './log-faults.ts'
import { metricFaults, untold } from './metric-faults.ts'
import { secretFaults } from './secret-faults.ts'
import { traceFaults } from './trace-faults.ts'

const span = (spanId: string, change: Partial<ReceivedSpan> = {}): ReceivedSpan => ({
  traceId: 't',
  spanId,
  name: 'work',
  kind: 1,
  service: 'order',
  attributes: {},
  ...change,
})
const sound = [
  span('1', { kind: 2, attributes: { 'http.route': '/orders' } }),
  span('2', { kind: 4, parentSpanId: '1' }),
  span('3', { kind: 5, parentSpanId: '2', service: 'product' }),
]
const expected = { services: ['order', 'product'], hops: ['order → product'], maxNames: 3 }

describe('traceFaults', () => {
  it('is silent about a sound trace', () => expect(traceFaults(sound, expected)).toEqual([]))
  it.each<[string, readonly ReceivedSpan[], string]>([
    ['no spans', [], 'no spans came'],
    ['a second root', [...sound, span('4')], 'trace t has 2 roots'],
    ['an orphan', [...sound, span('4', { parentSpanId: '9' })], 'orphan: order "work"'],
    ['a server without its route', [span('1', { kind: 2 })], 'no http.route'],
    ['a stranger', [span('1', { service: 'shop' })], 'no such service'],
    ['an unknown attribute', [span('1', { attributes: { 'user.email': 'x' } })], 'user.email is not in'],
    ['an error without a type', [span('1', { status: { code: 2 } })], 'an error without error.type'],
    ['a missing hop', sound.slice(0, 2), 'no message went order → product'],
    ['a consumer below something else', [...sound, span('4', { kind: 5, parentSpanId: '1' })], 'is no producer'],
    ['names with ids', ['a', 'b', 'c', 'd'].map((name) => span(name, { name })), '4 different span names'],
  ])('tells %s', (_, spans, fault) => expect(traceFaults(spans, expected).join('\n')).toContain(fault))
})

describe('secretFaults', () => {
  it.each([
    '{"msg":"mail to ani@example.co.id"}',
    'authorization: Bearer abcdefgh.ijkl',
    'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ1c3IifQ.c2ln',
    '$argon2id$v=19$m=19456',
    'mongodb://order:s3cret@127.0.0.1/order',
    '{"password":"a long enough pass"}',
    String.raw`{"err":"{\"refreshToken\":\"abcdef\"}"}`,
    'paid with 4242 4242 4242 4242',
    'paid with 4242424242424242',
  ])('sees %s', (text) => expect(secretFaults('a log line', ['fine', text])).not.toEqual([]))
  it.each([
    '{"password":"[redacted]","time":"2026-11-29T02:00:00.000Z","order_id":"ord_01890000000070008000000000000000"}',
    'at file:///app/node_modules/.store/mongoose@9.12.0-abc/node_modules/mongoose/lib/x.js:1',
    'http://127.0.0.1:8001/users/me',
    '{"value":1764381234567890,"id":"4242424242424242aaaa"}',
    '{"span_id":"5818609778766583","msg":"a span id that has nothing but digits, and a right check digit"}',
    'm_bucket{le="1"} 1 # {trace_id="4a",span_id="5818609778766583"} 0.2',
  ])('lets %s pass', (text) => expect(secretFaults('a log line', [text])).toEqual([]))
})

describe('logFaults', () => {
  const time = '2026-11-29T02:00:00.000Z'
  const trace_id = 'a'.repeat(32)
  const line = (change: object) =>
    JSON.stringify({ level: 'info', time, service: 'order', trace_id, request_id: 'r', msg: 'request', ...change })
  const known = new Set([trace_id])
  it('is silent about sound lines', () => expect(logFaults([line({})], known)).toEqual([]))
  it.each([
    ['a line without JSON', 'oops', 'not a JSON line'],
    ['a request without its trace', line({ trace_id: undefined }), 'without its trace id'],
    ['a trace that is not there', line({ trace_id: 'b'.repeat(32) }), 'never came'],
    ['a line without a service', line({ service: undefined }), 'without time, level, service or msg'],
  ])('tells %s', (_, text, fault) => expect(logFaults([line({}), text], known).join()).toContain(fault))
})

describe('metricFaults', () => {
  const mails = (labels: string) => `toko_mails_total{${labels},service="user"} 1`
  it('is silent about what is in the registry', () => {
    const text = `${mails('outcome="failed"')}\nprocess_open_fds{service="user"} 3\nhttp_server_request_duration_seconds_bucket{le="1",http_route="/x",service="user"} 3`
    expect(metricFaults('user', text)).toEqual([])
  })
  it.each([
    [mails('outcome="lost"'), 'outcome="lost"'],
    [mails('why="x"'), 'the label why'],
    ['toko_stray_total{service="user"} 1', 'toko_stray_total, which is not in'],
    ['toko_mails_total{outcome="failed",service="order"} 1', 'the service "order"'],
    [
      Array.from({ length: 501 }, (_, n) => `toko_outbox_published_total{type="${n}",service="user"} 1`).join('\n'),
      '501 series',
    ],
    ['toko_metrics_dropped_labels_total{metric="x",service="user"} 2', 'dropped label values'],
  ])('tells of %s', (text, fault) => expect(metricFaults('user', text).join('\n')).toContain(fault))
  it('names what nobody tells', () => {
    expect(untold(['# TYPE toko_mails_total counter'])).toContain('toko_sign_ins_total')
    expect(untold(['# TYPE toko_mails_total counter'])).not.toContain('toko_mails_total')
  })
})
