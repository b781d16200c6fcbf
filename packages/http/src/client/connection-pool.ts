import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import type { LookupFunction, Socket } from 'node:net'

/** Shorter than Node's 5 s on the server, or a request meets a closing connection (kubernetes.md, "Last reset"). */
const idleMs = 4000

export interface ConnectionPool {
  readonly agent: HttpAgent
  /**
   * Runs `send`, which starts one request before it returns. `isConnecting` then tells whether that request still waits
   * for a new connection to stand: until then no byte of it has left this process.
   */
  track<T>(send: () => T): { readonly sent: T; readonly isConnecting: () => boolean }
  destroy(): void
}

export function connectionPool(protocol: string, maxSockets: number, lookup: LookupFunction): ConnectionPool {
  const options = { keepAlive: true, noDelay: true, timeout: idleMs, maxSockets, maxFreeSockets: maxSockets, lookup }
  const agent = protocol === 'https:' ? new HttpsAgent(options) : new HttpAgent(options)
  const connect = agent.createConnection.bind(agent)
  let opened: Socket | undefined
  agent.createConnection = (...args: Parameters<typeof connect>) => {
    const socket = connect(...args)
    opened = socket as Socket
    return socket
  }
  return {
    agent,
    destroy: () => agent.destroy(),
    track(send) {
      opened = undefined
      const sent = send()
      const socket = opened as Socket | undefined
      return { sent, isConnecting: () => socket?.connecting ?? false }
    },
  }
}
