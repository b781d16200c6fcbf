import type { Server as HttpServer } from 'node:http'
import type { Server } from 'node:net'
import { UserFaultError } from './user-fault.ts'

/** A port that another program holds: the message names the port and how to choose another. */
export class PortInUseError extends UserFaultError {
  override readonly name = 'PortInUseError'
}

/** Starts to listen; resolves when connections are accepted. @throws PortInUseError */
export function listen(server: Server, host: string, port: number, what: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const inUse = `${what}: ${host}:${port} is in use by another program; stop it or choose another port`
      reject(error.code === 'EADDRINUSE' ? new PortInUseError(inUse, { cause: error }) : error)
    })
    server.listen({ host, port }, () => resolve())
  })
}

/** Stops accepting, lets requests under way finish (at most `graceMs`) and closes keep-alive connections as they fall idle. */
export async function closeServer(server: HttpServer, graceMs = 20_000): Promise<void> {
  if (!server.listening) return
  const idle = setInterval(() => server.closeIdleConnections(), 50)
  const limit = setTimeout(() => server.closeAllConnections(), graceMs)
  await new Promise<void>((resolve) => server.close(() => resolve()))
  clearInterval(idle)
  clearTimeout(limit)
}
