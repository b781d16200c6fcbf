import { createLogger, createMetrics, loadConfig, serviceFields } from '@toko/runtime'
import { afterAll, expect, it } from 'vitest'
import { describeApi } from '../openapi/describe-api.ts'
import { serviceHttp } from './service-http.ts'

const config = loadConfig('SHOP', serviceFields({ name: 'shop', port: 0, adminPort: 0 }), {
  SHOP_MONGO_URL: 'mongodb://127.0.0.1/',
})
const http = serviceHttp('shop', config, {
  routes: [],
  verifiers: {},
  openapi: describeApi({ title: 'shop', description: 'a shop', version: '1' }, []),
  log: createLogger('shop', 'silent'),
  metrics: createMetrics('shop', { processMetrics: false }),
  ready: () => {},
})
const readiness = async () => {
  const answer = await fetch(`http://127.0.0.1:${http.adminPort()}/readyz`)
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
