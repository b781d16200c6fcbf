import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { adminListener } from './admin-listener.ts'
import { createMetrics } from './metrics/create-metrics.ts'

let fault: string | undefined
let listener: ReturnType<typeof adminListener>
const get = (path: string) => fetch(`http://127.0.0.1:${listener.port()}${path}`)

beforeEach(async () => {
  fault = undefined
  const ready = (excluded: ReadonlySet<string>) => {
    if (fault && !excluded.has('database')) throw new Error(fault)
  }
  listener = adminListener({ service: 'test', host: '127.0.0.1', port: 0, metrics: createMetrics('test'), ready })
  await listener.start?.()
})
afterEach(() => listener.stop?.())

describe('the admin port', () => {
  it('is alive, whatever its dependencies do', async () => {
    fault = 'database not reachable'
    expect((await get('/livez')).status).toBe(200)
  })

  it('is ready until it says why not, and again after', async () => {
    expect((await get('/readyz')).status).toBe(200)
    fault = 'database not reachable'
    const answer = await get('/readyz')
    expect([answer.status, await answer.text()]).toEqual([503, 'database not reachable\n'])
    fault = undefined
    expect((await get('/readyz')).status).toBe(200)
  })

  it('does not look at what a probe excludes', async () => {
    fault = 'database not reachable'
    expect((await get('/readyz?exclude=database')).status).toBe(200)
    const answer = await get('/readyz?exclude=databse')
    expect([answer.status, await answer.text()]).toEqual([400, `can't exclude "databse", only database\n`])
    listener.drain?.()
    expect((await get('/readyz?exclude=database')).status).toBe(503)
  })

  it('is alive but not ready while it drains', async () => {
    listener.drain?.()
    expect([(await get('/livez')).status, (await get('/readyz')).status]).toEqual([200, 503])
  })

  it('shows metrics with the service as a label', async () => {
    expect(await (await get('/metrics')).text()).toMatch(/process_cpu_seconds_total\{service="test"\} /)
    expect((await get('/')).status).toBe(404)
  })

  it('names the port that another program holds', async () => {
    const second = adminListener({
      service: 'late',
      host: '127.0.0.1',
      port: listener.port(),
      metrics: createMetrics('late'),
      ready() {},
    })
    await expect(second.start?.()).rejects.toThrow(`late admin port: 127.0.0.1:${listener.port()} is in use`)
  })
})
