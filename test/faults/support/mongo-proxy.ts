import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { messageReader, type WireMessage } from './mongo-wire.ts'

/** Stands between a service and one mongod; the driver must use its URL with `directConnection`, or it learns the way around it. */
export interface MongoProxy {
  readonly url: string
  /** Every answer comes so much later from now on. */
  setLatency(ms: number): void
  /**
   * From now on the connection breaks in place of the answers to these commands, after mongod has done them: those with
   * the numbers `from` and following, `count` of them.
   */
  loseAnswers(rule: LossRule): Loss
  stop(): Promise<void>
}

interface LossRule {
  readonly concerns: (command: WireMessage) => boolean
  readonly from: number
  readonly count: number
}

export interface Loss {
  /** Commands whose answer was lost. */
  readonly lost: readonly string[]
  /** Answers that the rule was asked about. */
  readonly seen: number
  end(): void
}

export async function startMongoProxy(mongodPort: number): Promise<MongoProxy> {
  const open = new Set<Socket>()
  let latencyMs = 0
  let rule: LossRule | undefined
  let loss = { lost: [] as string[], seen: 0 }

  /** True when the answer to this command must not arrive. */
  const isLost = (asked: WireMessage): boolean => {
    if (!rule?.concerns(asked)) return false
    const number = ++loss.seen
    if (number < rule.from || number >= rule.from + rule.count) return false
    loss.lost.push(`${asked.command} ${asked.target}`)
    return true
  }

  const serve = (client: Socket) => {
    const mongod = connect({ port: mongodPort, host: '127.0.0.1' })
    const asked = new Map<number, WireMessage>()
    const readAsked = messageReader((message) => asked.set(message.requestId, message))
    let isBroken = false
    const breakOff = () => {
      isBroken = true
      client.resetAndDestroy()
      mongod.destroy()
    }
    const readAnswers = messageReader(({ responseTo }) => {
      const command = asked.get(responseTo)
      asked.delete(responseTo)
      if (command && isLost(command)) breakOff()
    })
    let last: Promise<unknown> = Promise.resolve()
    const later = (then: () => void) => {
      const atMs = performance.now() + latencyMs
      last = last.then(async () => {
        const leftMs = atMs - performance.now()
        if (leftMs > 0) await sleep(leftMs)
        if (!isBroken) then()
        return undefined
      })
    }
    for (const socket of [client, mongod]) {
      open.add(socket)
      socket.setNoDelay(true)
      socket.on('error', () => {})
      socket.once('close', () => open.delete(socket))
    }
    client.on('data', (chunk: Buffer) => {
      readAsked(chunk)
      mongod.write(chunk)
    })
    mongod.on('data', (chunk: Buffer) => {
      readAnswers(chunk)
      if (!isBroken) later(() => client.write(chunk))
    })
    client.once('close', () => mongod.destroy())
    mongod.once('close', () => later(() => client.destroy()))
  }

  const server = createServer({ noDelay: true }, serve)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  return {
    url: `mongodb://127.0.0.1:${(server.address() as AddressInfo).port}/?directConnection=true`,
    setLatency: (ms) => void (latencyMs = ms),
    loseAnswers(next) {
      const own = { lost: [] as string[], seen: 0 }
      ;[rule, loss] = [next, own]
      return {
        get lost() {
          return own.lost
        },
        get seen() {
          return own.seen
        },
        end: () => void (rule = undefined),
      }
    },
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve))
      for (const socket of open) socket.destroy()
      await closed
    },
  }
}
