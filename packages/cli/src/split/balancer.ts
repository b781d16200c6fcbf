import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { listen } from '@toko/runtime'

export interface BalancedTarget {
  readonly port: number
  /** Whether it said so when it was last asked; others are tried only when none is ready. */
  readonly isReady: boolean
}

export interface Balancer {
  readonly url: string
  /** Breaks what is still open. */
  stop(): Promise<void>
}

/** A loopback connection that takes longer meets a process that is stopped, with a full backlog. */
const connectLimitMs = 500

/**
 * Stands before the replicas of one service on a loopback port, for 0 one that the system chooses: each connection goes to the next
 * replica in turn, or to another when that one refuses it. Half-closed and reset connections pass through as such. When
 * nobody answers the client's connection is reset. @throws PortInUseError
 */
export async function startBalancer(
  targets: readonly BalancedTarget[],
  port = 0,
  service = 'balancer',
): Promise<Balancer> {
  const open = new Set<Socket>()
  let turn = 0

  const inTurn = () => {
    const from = turn++ % Math.max(1, targets.length)
    const order = [...targets.slice(from), ...targets.slice(0, from)]
    return [...order.filter(({ isReady }) => isReady), ...order.filter(({ isReady }) => !isReady)]
  }

  const serve = async (client: Socket) => {
    track(client)
    for (const target of inTurn()) {
      const replica = await connectTo(target.port)
      if (!replica) continue
      track(replica)
      join(client, replica)
      return
    }
    client.resetAndDestroy()
  }

  const track = (socket: Socket) => {
    open.add(socket)
    socket.setNoDelay(true)
    socket.once('close', () => open.delete(socket))
  }

  // Paused until it is joined: bytes that came before must not be lost.
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (client) => {
    client.on('error', () => client.destroy())
    void serve(client)
  })
  await listen(server, '127.0.0.1', port, `${service} port`)
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve))
      for (const socket of open) socket.destroy()
      await closed
    },
  }
}

function connectTo(port: number): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true, timeout: connectLimitMs })
    const giveUp = () => {
      socket.destroy()
      resolve(undefined)
    }
    socket.once('timeout', giveUp)
    socket.once('error', giveUp)
    socket.once('connect', () => {
      socket.setTimeout(0)
      socket.off('timeout', giveUp)
      socket.off('error', giveUp)
      socket.on('error', () => socket.destroy())
      resolve(socket)
    })
  })
}

/** Both directions; the end of one side is told to the other as it was: finished, or reset. */
function join(client: Socket, replica: Socket): void {
  if (client.destroyed) return void replica.resetAndDestroy()
  for (const [from, to] of [
    [client, replica],
    [replica, client],
  ] as const) {
    from.once('error', () => to.resetAndDestroy())
    from.once('close', () => !from.readableEnded && to.resetAndDestroy())
    from.pipe(to)
  }
}
