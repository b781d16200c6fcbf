import { createServer } from 'node:http'
import { closeServer, listen, PortInUseError } from '@toko/runtime'

/**
 * A free port below the ranges from which systems take the local ports of outgoing connections (32768 on Linux, 49152
 * elsewhere). There a client that retries while mongod is down could get mongod's port, even connect to itself.
 */
const lowest = 20_000
const highest = 29_999

/** The wanted port if free, or for 0 any free one. @throws PortInUseError */
export async function loopbackPort(wanted: number, host = '127.0.0.1'): Promise<number> {
  for (let attempt = 0; ; attempt++) {
    const port = wanted || lowest + Math.floor(Math.random() * (highest - lowest + 1))
    const probe = createServer()
    try {
      await listen(probe, host, port, 'mongod')
      return port
    } catch (error) {
      if (wanted !== 0 || !(error instanceof PortInUseError) || attempt === 100) throw error
    } finally {
      await closeServer(probe)
    }
  }
}
