import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { quiet, testMongoUrl } from '@toko/testkit'
import { expect, it } from 'vitest'
import { database } from './database.ts'
import { isUnavailable } from './database-errors.ts'

/** A way to mongod that notes over which connection a text went last. */
async function noticing(text: string) {
  const { hostname, port } = new URL(testMongoUrl())
  let last: Socket | undefined
  const server = createServer((near) => {
    const far = connect(Number(port), hostname)
    for (const each of [near, far]) each.on('error', () => {})
    near.pipe(far).pipe(near)
    near.on('data', (chunk) => {
      if (chunk.includes(text)) last = near
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return { port: (server.address() as AddressInfo).port, last: () => last!, close: () => void server.close() }
}

it('is unavailable to who writes to a connection that the server ends at that moment: the driver tells a bare error of the socket', async () => {
  const way = await noticing('things-of-the-test')
  const sockets: Socket[] = []
  const note = (message: unknown) => void sockets.push((message as { socket: Socket }).socket)
  subscribe('net.client.socket', note)
  const url = `mongodb://127.0.0.1:${way.port}/?directConnection=true`
  const db = database({ service: 'test', url, name: 'test', poolSize: 1, ...quiet() })
  try {
    await db.start?.()
    const things = db.connection.collection('things-of-the-test')
    await things.findOne({})
    const ended = sockets.find(({ localPort }) => localPort === way.last().remotePort)!
    const read = new Promise((resolve) => {
      ended.on('end', () => resolve(things.findOne({}).catch((error: unknown) => error)))
    })
    way.last().end()
    const error = await read
    expect(error).toMatchObject({ code: 'EPIPE' })
    expect(isUnavailable(error)).toBe(true)
    expect(await things.findOne({})).toBeNull()
  } finally {
    unsubscribe('net.client.socket', note)
    await db.stop?.()
    way.close()
  }
})
