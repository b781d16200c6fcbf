import { randomInt } from 'node:crypto'
import { createServer } from 'node:http'
import { closeServer, listen, PortInUseError } from '@toko/runtime'

/** Below the ranges from which systems take the local ports of outgoing connections, as for the embedded mongod. */
const [lowest, highest] = [20_000, 29_999]

/** Loopback ports that are free now, all different. */
export async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>()
  while (ports.size < count) {
    const port = randomInt(lowest, highest + 1)
    if (await isFree(port)) ports.add(port)
  }
  return [...ports]
}

async function isFree(port: number): Promise<boolean> {
  const probe = createServer()
  try {
    await listen(probe, '127.0.0.1', port, 'rabbitmq')
    return true
  } catch (error) {
    if (error instanceof PortInUseError) return false
    throw error
  } finally {
    await closeServer(probe)
  }
}
