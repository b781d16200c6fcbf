import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Takes spans; or takes them and never answers; or is away. */
export class Collector {
  spans = 0
  isHanging = false
  /** Requests that it took and left without an answer. */
  hanging = 0
  private server: Server | undefined

  /** Its address: of a free port for 0. */
  async listen(port: number): Promise<string> {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        if (this.isHanging) return void this.hanging++
        this.spans += Buffer.concat(chunks).toString().split('"spanId"').length - 1
        response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
      })
    })
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
    this.server = server
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  async close(): Promise<void> {
    const server = this.server
    if (!server) return
    this.server = undefined
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
}
