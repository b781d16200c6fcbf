import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { closeServer, listen, type Part } from '@toko/runtime'

interface ListenerOptions {
  readonly service: string
  readonly host: string
  readonly port: number
  readonly app: RequestListener
}

/** Node's defaults hold a slow header for 90 s and a slow body for over 130 s (kubernetes.md, measured). */
const hardened = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 5_000,
  maxHeaderSize: 16_384,
}

/** Longer than any client's idle time in the shop, so that the client closes first and no request meets a closed socket. */
const keepAliveTimeoutMs = 15_000

export interface HttpListener extends Part {
  port(): number
}

/** Public listener of a service. While draining every answer closes its connection, so that balancers move on. */
export function httpListener({ service, host, port, app }: ListenerOptions): HttpListener {
  let isDraining = false
  const server = createServer(
    { ...hardened, keepAliveTimeout: keepAliveTimeoutMs, noDelay: true },
    (request, response) => {
      if (isDraining) response.setHeader('Connection', 'close')
      app(request, response)
    },
  )
  server.maxHeadersCount = 100
  return {
    name: `${service} http`,
    port: () => (server.address() as AddressInfo).port,
    start: () => listen(server, host, port, `${service} port`),
    ready: () => {
      if (!server.listening) throw new Error(`${service} http: not listening`)
    },
    drain: () => {
      isDraining = true
    },
    stop: () => closeServer(server),
  }
}
