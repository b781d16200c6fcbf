import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { eventually } from '@toko/testkit'
import { command } from './mongo-command.ts'
import { type MongodNode, mongodNode, type NodeOptions, setName } from './mongod-node.ts'

export interface ReplicaSet {
  /** Names every member. */
  readonly url: string
  readonly nodes: readonly MongodNode[]
  /** The member that takes writes, once one does. */
  primary(limitMs?: number): Promise<MongodNode>
  /** MongoDB's default is 10 s. */
  setElectionTimeout(ms: number): Promise<void>
  /** Starts what is down, lets go on what is stopped, and waits for a primary and for all members. */
  heal(): Promise<void>
  stop(): Promise<void>
}

interface SetOptions extends Pick<NodeOptions, 'binary' | 'extra' | 'within'> {
  readonly folder: string
  readonly count: number
  readonly electionTimeoutMs?: number
}

/** As the embedded mongod's: below the range from which systems take the ports of outgoing connections. */
const [lowestPort, highestPort] = [20_000, 29_999]

/** `failPoint` commands work with it. */
export const testCommands = ['--setParameter', 'enableTestCommands=1'] as const

/** Real mongods on loopback as one replica set. Resolves when all members are ready. */
export async function startReplicaSet({ folder, count, electionTimeoutMs = 2000, ...node }: SetOptions) {
  const nodes: MongodNode[] = []
  for (let n = 0; n < count; n++) {
    nodes.push(mongodNode({ ...node, folder: join(folder, `node-${n}`), port: await freePort() }))
    await nodes[n]!.start()
  }
  const hosts = nodes.map(({ port }) => `127.0.0.1:${port}`)
  const running = () => nodes.filter(({ pid, isPaused }) => pid !== undefined && !isPaused)

  const primary = (limitMs = 60_000) =>
    eventually(
      async () => {
        const states = await Promise.all(
          running().map(async (each) => ({
            each,
            isPrimary: await command(each.port, { hello: 1 }).then(
              (hello) => hello['isWritablePrimary'] === true,
              () => false,
            ),
          })),
        )
        const found = states.find(({ isPrimary }) => isPrimary)
        if (!found) throw new Error('no primary')
        return found.each
      },
      { timeoutMs: limitMs, everyMs: 50 },
    )
  const allReady = () =>
    eventually(
      async () => {
        const { members } = await command((await primary()).port, { replSetGetStatus: 1 })
        const states = (members as { stateStr: string }[]).map(({ stateStr }) => stateStr)
        if (!states.every((state) => state === 'PRIMARY' || state === 'SECONDARY')) throw new Error(states.join(' '))
      },
      { timeoutMs: 60_000, everyMs: 50 },
    )

  const set: ReplicaSet = {
    url: `mongodb://${hosts.join(',')}/?replicaSet=${setName}`,
    nodes,
    primary,
    async setElectionTimeout(ms) {
      const { port } = await primary()
      const { config } = await command(port, { replSetGetConfig: 1 })
      const settings = { ...config.settings, electionTimeoutMillis: ms }
      await command(port, { replSetReconfig: { ...config, version: config.version + 1, settings } })
    },
    async heal() {
      for (const each of nodes) {
        if (each.isPaused) each.resume()
        if (each.pid === undefined) await each.start()
      }
      await allReady()
    },
    async stop() {
      await Promise.all(nodes.map((each) => each.end('SIGKILL')))
    },
  }
  try {
    const members = hosts.map((host, _id) => ({ _id, host }))
    // Defaults are 10 s and 2 s: lowered so that an election takes seconds.
    const settings = { electionTimeoutMillis: electionTimeoutMs, heartbeatIntervalMillis: 500 }
    await command(nodes[0]!.port, { replSetInitiate: { _id: setName, members, settings } })
    await allReady()
    return set
  } catch (error) {
    await set.stop()
    throw error
  }
}

async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(lowestPort, highestPort + 1)
    const isFree = await new Promise<boolean>((resolve) => {
      const probe = createServer()
      probe.once('error', () => resolve(false))
      probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
    })
    if (isFree) return port
  }
}
