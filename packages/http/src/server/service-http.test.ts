import { createLogger, createMetrics, loadConfig, serviceFields } from '@toko/runtime'
import { afterAll, expect, it } from 'vitest'
import { describeApi } from '../openapi/describe-api.ts'
import { serviceHttp } from './service-http.ts'

const config = loadConfig('SHOP', serviceFields({ name: 'shop', port: 0, adminPort: 0 }), {
  SHOP_MONGO_URL: 'mongodb://127.0.0.1/',
})
let isDatabaseAway = false
const http = serviceHttp('shop', config, {
  routes: [],
  verifiers: {},
  openapi: describeApi({ title: 'shop', description: 'a shop', version: '1' }, []),
  log: createLogger('shop', 'silent'),
  metrics: createMetrics('shop', { processMetrics: false }),
  ready: () => {
    if (isDatabaseAway) throw new Error('database not reachable')
  },
})
const readiness = async (query = '') => {
  const answer = await fetch(`http://127.0.0.1:${http.adminPort()}/readyz${query}`)
  return `${answer.status} ${await answer.text()}`
}

afterAll(async () => {
  await http.listener.stop?.()
  await http.admin.stop?.()
})

it('is ready only when the public port is open, whatever else works before', async () => {
  await http.admin.start?.()
  expect(await readiness()).toBe('503 shop http: not listening\n')
  await http.listener.start?.()
  expect(await readiness()).toBe('200 ready\n')
  expect((await fetch(`http://127.0.0.1:${http.port()}/`)).status).toBe(404)
})

it('can be asked about itself alone: its database is shared with others', async () => {
  isDatabaseAway = true
  expect(await readiness()).toBe('503 database not reachable\n')
  expect(await readiness('?exclude=database')).toBe('200 ready\n')
  await http.listener.stop?.()
  expect(await readiness('?exclude=database')).toBe('503 shop http: not listening\n')
})
