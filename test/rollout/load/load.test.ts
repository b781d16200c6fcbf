import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { loadClient } from './client.ts'
import { openLoop } from './open-loop.ts'
import { operations, schedule } from './operations.ts'
import { tally } from './tally.ts'

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})

async function serving(handler: RequestListener) {
  const seen = { requests: 0, connections: 0 }
  const server = createServer((request, response) => {
    seen.requests++
    handler(request, response)
  })
  server.on('connection', () => seen.connections++)
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const client = loadClient()
  ends.push(() => {
    client.stop()
    server.closeAllConnections()
    server.close()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  return { seen, send: (kind: 'pooled' | 'fresh') => client.send({ method: 'POST', url, headers: {}, body: {} }, kind) }
}

describe('a client of the load', () => {
  it('stays on its connection, or comes over a new one each time', async () => {
    const { seen, send } = await serving((_, response) => response.end('{"a":1}'))
    for (let n = 0; n < 3; n++) expect(await send('pooled')).toEqual({ status: 200, body: { a: 1 } })
    expect(seen.connections).toBe(1)
    for (let n = 0; n < 3; n++) expect(await send('fresh')).toEqual({ status: 200, body: { a: 1 } })
    expect(seen.connections).toBe(4)
  })

  it('never sends twice, and says why nothing came', async () => {
    const { seen, send } = await serving((request) => request.socket.resetAndDestroy())
    expect(await send('fresh')).toEqual({ status: null, body: {}, fault: 'ECONNRESET' })
    expect(await send('pooled')).toEqual({ status: null, body: {}, fault: 'ECONNRESET' })
    expect(seen.requests).toBe(2)
  })
})

describe('the open loop', () => {
  it('sends at its rate, however slow the answers are', async () => {
    const due: number[] = []
    const { promise: never, resolve } = Promise.withResolvers<void>()
    const loop = openLoop({ rate: 200, mostUnderWay: 1000, send: (_, dueMs) => (due.push(dueMs), never) })
    await sleep(500)
    resolve()
    await loop.stop()
    expect(due.length).toBeGreaterThan(80)
    expect(due.length).toBeLessThan(130)
    for (const [n, dueMs] of due.entries()) expect(dueMs - due[0]!).toBeCloseTo(n * 5)
  })

  it('gives up when those who answer have fallen behind for good', async () => {
    const loop = openLoop({ rate: 1000, mostUnderWay: 20, send: () => sleep(200) })
    await expect(loop.broken).rejects.toThrow('21 requests are under way')
    await loop.stop()
    expect(loop.sent()).toBe(21)
  })
})

it('mixes its operations in their shares, each over both kinds of connections', () => {
  const inTurn = schedule()
  expect(inTurn).toHaveLength(20)
  for (const { name, share } of operations) expect(inTurn.filter((each) => each.name === name)).toHaveLength(share)
  // Equal ones are apart, so that the rate of each is as constant as that of all.
  expect(inTurn.filter(({ name }, n) => name === inTurn[(n + 1) % 20]!.name)).toEqual([])
})

it('counts failures with what was done then', () => {
  const counted = tally()
  counted.add({ op: 'GET /a', connection: 'fresh', ms: 5, fault: undefined })
  counted.during('a restart')
  counted.add({ op: 'GET /a', connection: 'pooled', ms: 9, fault: 'ECONNRESET' })
  expect(counted.failures).toMatchObject([{ op: 'GET /a', fault: 'ECONNRESET', during: 'a restart' }])
  expect(counted.byOperation()).toEqual([{ op: 'GET /a', sent: 2, failed: 1, p99: 9 }])
  expect([counted.count(), counted.countOf('fresh'), counted.percentile(0.5), counted.percentile(0.5, 1)]).toEqual([
    2, 1, 5, 9,
  ])
})
