import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

/**
 * Below the ranges from which systems take the local ports of outgoing connections, and beside mongod's (20000 to 29999):
 * a replica that is down for a second must find its port again.
 */
const [lowest, highest] = [10_000, 19_999]

/** A loopback port that is free now and was not given out before by `taken`, to which it is added. */
export async function freePort(taken: Set<number>): Promise<number> {
  for (;;) {
    const port = randomInt(lowest, highest + 1)
    if (taken.has(port) || !(await isFree(port))) continue
    taken.add(port)
    return port
  }
}

/** Whether a loopback port can be taken now. */
export function isFree(port: number): Promise<boolean> {
  const server = createServer()
  return new Promise((resolve) => {
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
