import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { logLine, logSource } from './read-logs.ts'

const at = '2026-01-01T00:00:00.000Z'
const written = (more: object) => JSON.stringify({ level: 'info', time: at, service: 'order', msg: 'request', ...more })

it('reads what pino writes, with a container runtime before it or without', () => {
  const line = written({ method: 'POST', route: '/orders', status: 201, ms: 12, trace_id: 'abc' })
  const expected = {
    at,
    service: 'order',
    level: 'info',
    message: 'request POST /orders 201 (12 ms)',
    error: null,
    traceId: 'abc',
  }
  expect(logLine(line)).toEqual(expected)
  expect(logLine(`[pod/order-service-1] ${line}`)).toEqual(expected)
  expect(logLine(written({ err: { type: 'CallUnknownError', message: 'payment-service: reset' } }))).toMatchObject({
    error: 'CallUnknownError: payment-service: reset',
  })
})

it('leaves out what is no line of a service, and reads that went well', () => {
  for (const line of ['', 'starting', '{"broken', '{"msg":"without a time"}']) expect(logLine(line)).toBeUndefined()
  expect(logLine(written({ method: 'GET', route: '/orders/{id}', status: 200 }))).toBeUndefined()
  expect(logLine(written({ method: 'GET', route: '/orders/{id}', status: 503 }))).toBeDefined()
})

it('finds lines by any id, by time, and says where to look when there is no log', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'toko-logs-'))
  await expect(logSource({ dataDir: folder }).find(['x'])).rejects.toThrow('kubectl logs')
  writeFileSync(
    join(folder, 'shop.log'),
    [
      written({ msg: 'b ord_1', time: '2026-01-02T00:00:00.000Z' }),
      written({ msg: 'a trace_1' }),
      written({ msg: 'other' }),
    ].join('\n'),
  )
  const found = await logSource({ dataDir: folder }).find(['ord_1', 'trace_1'])
  expect(found.map(({ message }) => message)).toEqual(['a trace_1', 'b ord_1'])
  await expect(logSource({ dataDir: folder, logs: [join(folder, 'none')] }).find(['x'])).rejects.toThrow(
    "can't be read",
  )
  rmSync(folder, { recursive: true })
})
