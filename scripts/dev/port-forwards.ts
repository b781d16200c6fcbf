import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'

export interface Forwards {
  /** Port of this machine that leads to a Service's port; made once, and again whenever its pod is replaced. */
  local(service: string, port: number): Promise<number>
  stop(): void
}

const startLimitMs = 30_000
const againMs = 500

/** `kubectl port-forward` for each Service that is asked for, on 127.0.0.1. */
export function portForwards(context: string, namespace: string): Forwards {
  const known = new Map<string, Promise<number>>()
  const children = new Set<ChildProcess>()
  const stopping = new AbortController()

  /** Port 0: one that the system chooses. Resolves with the port once it listens. */
  async function start(service: string, port: number, localPort: number): Promise<number> {
    const where = ['--context', context, '--namespace', namespace]
    const child = spawn('kubectl', [...where, 'port-forward', `service/${service}`, `${localPort || ''}:${port}`], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    children.add(child)
    child.once('exit', () => children.delete(child))
    const lines = createInterface(child.stdout)
    const signal = AbortSignal.timeout(startLimitMs)
    const gone = once(child, 'exit', { signal }).then(() => [''])
    const [line] = (await Promise.race([once(lines, 'line', { signal }), gone])) as [string]
    const chosen = Number(/:(\d+) ->/.exec(line)?.[1])
    if (!chosen) throw new Error(`service/${service} in ${namespace} can't be reached: is the shop deployed? make dev`)
    lines.on('line', () => {}) // one per connection
    child.once('exit', () => void keepUp(service, port, chosen))
    return chosen
  }

  async function keepUp(service: string, port: number, localPort: number): Promise<void> {
    for (;;) {
      await sleep(againMs)
      if (stopping.signal.aborted) return
      const isUp = await start(service, port, localPort).then(
        () => true,
        () => false,
      )
      if (isUp) return
    }
  }

  return {
    local(service, port) {
      const name = `${service}:${port}`
      const made = known.get(name) ?? start(service, port, 0)
      known.set(name, made)
      return made
    },
    stop() {
      stopping.abort()
      for (const child of children) child.kill()
    },
  }
}
