import { once } from 'node:events'
import { standInDns } from '@toko/testkit'
import { expect, it } from 'vitest'
import { json, startTarget, testClient } from './target.test-support.ts'

it('opens connections to the last known address while DNS gives no answer', async () => {
  using names = standInDns()
  let open = 0
  const gathered = new EventTarget()
  await using target = await startTarget(async (request, response) => {
    if (request.url === '/together') {
      // Answered when all ten are here, so that each has a connection of its own.
      if (++open === 10) gathered.dispatchEvent(new Event('all'))
      else await once(gathered, 'all')
    }
    json(response, 200, {})
  })
  const client = testClient({ baseUrl: `http://shop.test:${target.port}` })
  const get = (path: string) => client.call({ method: 'GET', path, answer: { 200: null } })
  await get('/first')
  names.goSilent()
  const before = names.asked()
  const startedMs = performance.now()
  await Promise.all(Array.from({ length: 10 }, () => get('/together')))
  expect(performance.now() - startedMs).toBeLessThan(500)
  expect(target.connections()).toBe(10)
  expect(names.asked() - before).toBe(1)
  await client.stop?.()
})
