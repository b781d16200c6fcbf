import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { type Balancer, startBalancer } from './balancer.ts'

interface Replica {
  readonly port: number
  isReady: boolean
  readonly server: Server
  readonly sockets: Socket[]
}

const replicas: Replica[] = []
const balancers: Balancer[] = []

/** Says its name to whoever connects, then echoes. */
async function replica(name: string): Promise<Replica> {
  const sockets: Socket[] = []
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.push(socket)
    socket.on('error', () => {})
    socket.write(name)
    socket.pipe(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const made = { port: (server.address() as AddressInfo).port, isReady: true, server, sockets }
  replicas.push(made)
  return made
}

async function balanced(targets: Replica[]): Promise<number> {
  const balancer = await startBalancer(targets)
  balancers.push(balancer)
  return Number(new URL(balancer.url).port)
}

async function call(port: number): Promise<{ client: Socket; name: string }> {
  const client = connect({ port, host: '127.0.0.1' })
  const [data] = (await once(client, 'data')) as [Buffer]
  return { client, name: data.toString() }
}

const close = async ({ server, sockets }: Replica) => {
  for (const socket of sockets) socket.destroy()
  server.close()
  await once(server, 'close')
}

afterEach(async () => {
  for (const balancer of balancers.splice(0)) await balancer.stop()
  for (const each of replicas.splice(0)) if (each.server.listening) await close(each)
})

describe('a balancer', () => {
  it('takes the replicas in turn', async () => {
    const port = await balanced([await replica('a'), await replica('b')])
    const names: string[] = []
    for (let n = 0; n < 4; n++) names.push((await call(port)).name)
    expect(names).toEqual(['a', 'b', 'a', 'b'])
  })

  it('goes to another when one refuses, and prefers those that are ready', async () => {
    const [a, b, c] = [await replica('a'), await replica('b'), await replica('c')]
    await close(a)
    b.isReady = false
    const port = await balanced([a, b, c])
    for (let n = 0; n < 3; n++) expect((await call(port)).name).toBe('c')
    await close(c)
    expect((await call(port)).name).toBe('b')
  })

  it('resets who comes when nobody answers', async () => {
    const a = await replica('a')
    await close(a)
    const client = connect({ port: await balanced([a]), host: '127.0.0.1' })
    const [error] = (await once(client, 'error')) as [NodeJS.ErrnoException]
    expect(error.code).toBe('ECONNRESET')
  })

  it('passes a reset through in both directions', async () => {
    const a = await replica('a')
    const port = await balanced([a])
    const { client } = await call(port)
    a.sockets[0]!.resetAndDestroy()
    const [error] = (await once(client, 'error')) as [NodeJS.ErrnoException]
    expect(error.code).toBe('ECONNRESET')

    const other = await call(port)
    const broken = once(a.sockets[1]!, 'error')
    other.client.resetAndDestroy()
    expect((await broken)[0]).toMatchObject({ code: 'ECONNRESET' })
  })

  it('carries a large message whole, and a half-closed connection to its end', async () => {
    const port = await balanced([await replica('')])
    const client = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
    const sent = Buffer.alloc(3 * 1_048_576, 'x')
    client.end(sent)
    const parts: Buffer[] = []
    client.on('data', (part: Buffer) => parts.push(part))
    await once(client, 'end')
    expect(Buffer.concat(parts).equals(sent)).toBe(true)
  })

  it('takes the port that it is told, or says that it is taken', async () => {
    const port = await balanced([await replica('a')])
    await balancers.pop()!.stop()
    const first = await startBalancer([replicas[0]!], port, 'order')
    balancers.push(first)
    expect(first.url).toBe(`http://127.0.0.1:${port}`)
    expect((await call(port)).name).toBe('a')
    await expect(startBalancer([], port, 'order')).rejects.toThrow(
      `order port: 127.0.0.1:${port} is in use by another program`,
    )
  })

  it('breaks what is open when it stops', async () => {
    const port = await balanced([await replica('a')])
    const { client } = await call(port)
    client.on('error', () => {})
    const closed = once(client, 'close')
    await balancers.pop()!.stop()
    await closed
    const late = connect({ port, host: '127.0.0.1' })
    const [error] = (await once(late, 'error')) as [NodeJS.ErrnoException]
    expect(error.code).toBe('ECONNREFUSED')
  })
})
