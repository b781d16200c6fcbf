import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** Stands between clients and one server on loopback, and fails as a network does. */
export interface TcpProxy {
  /** The same URL, on the way through here. */
  via(url: string): string
  /** Connections that are open now say nothing any more, in both directions, and stay open; new ones work. */
  silence(): void
  /** The same, and new ones are taken but nobody answers. */
  cut(): void
  /** Everything flows again, what was sent meanwhile included, as TCP sends it again. */
  heal(): void
  /** Resets every open connection, on both sides; how many there were. */
  reset(): number
  /** The same, and every new one at once, until heal(). */
  refuse(): void
  stop(): Promise<void>
}

interface Link {
  join(): void
  part(): void
  reset(): void
}

/** Before a server on a port of 127.0.0.1. */
export async function startTcpProxy(port: number): Promise<TcpProxy> {
  const links = new Set<Link>()
  let [isCut, isRefusing] = [false, false]

  // Paused until it is joined: bytes that came before must not be lost.
  const server = createServer({ pauseOnConnect: true, noDelay: true }, (client) => {
    if (isRefusing) return void client.resetAndDestroy()
    const link = linked(client, port, () => links.delete(link))
    links.add(link)
    if (!isCut) link.join()
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const own = String((server.address() as AddressInfo).port)
  const silence = () => {
    for (const link of links) link.part()
  }
  const reset = () => {
    const { size } = links
    for (const link of links) link.reset()
    return size
  }
  return {
    via: (url) => Object.assign(new URL(url), { port: own }).href,
    silence,
    cut() {
      isCut = true
      silence()
    },
    heal() {
      isCut = isRefusing = false
      for (const link of links) link.join()
    },
    reset,
    refuse() {
      isRefusing = true
      reset()
    },
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve))
      for (const link of links) link.reset()
      await closed
    },
  }
}

function linked(client: Socket, port: number, onEnd: () => void): Link {
  let far: Socket | undefined
  let isParted = true
  const reset = () => {
    client.resetAndDestroy()
    far?.resetAndDestroy()
    onEnd()
  }
  /** An end is news, and news does not come through a cut cable. */
  const watch = (socket: Socket, other: () => Socket | undefined) => {
    socket.on('error', () => {
      if (!isParted) reset()
    })
    socket.once('close', () => {
      if (isParted) return
      other()?.end()
      onEnd()
    })
  }
  watch(client, () => far)
  return {
    join() {
      if (!isParted) return
      isParted = false
      if (client.destroyed || far?.destroyed) return reset()
      if (!far) {
        far = connect({ port, host: '127.0.0.1', noDelay: true })
        watch(far, () => client)
      }
      client.pipe(far)
      far.pipe(client)
    },
    part() {
      isParted = true
      for (const socket of [client, far]) socket?.unpipe().pause()
    },
    reset,
  }
}
