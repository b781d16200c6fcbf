import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { limits, say } from './tools.ts'

export interface Skaffold {
  /** Where this machine reaches a service of the cluster; once the first deploy is there. @throws Error when none comes */
  urlOf(service: string): Promise<string>
  readonly log: readonly string[]
  /** As Ctrl-C does: it takes the shop away. */
  stop(): Promise<void>
}

/** `make dev` in a folder, with these words for scripts/kind/dev.sh. */
export function startSkaffold(folder: string, ...words: string[]): Skaffold {
  const child = spawn(join(folder, 'scripts/kind/dev.sh'), [...words, '--', '--tail=false'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const log: string[] = []
  const urls = new Map<string, string>()
  let isWatching = false
  for (const stream of [child.stdout, child.stderr])
    createInterface(stream).on('line', (line) => {
      log.push(line)
      const [, service, url] = /service\/([a-z]+)-service .*(http:\/\/127\.0\.0\.1:\d+)/.exec(line) ?? []
      if (service && url) urls.set(service, url)
      isWatching ||= line.startsWith('Watching for changes')
    })
  return {
    log,
    async urlOf(service) {
      for (const untilMs = Date.now() + limits.deployMs; Date.now() < untilMs; await sleep(100)) {
        const url = urls.get(service)
        if (isWatching && url) return url
        if (child.exitCode !== null) throw new Error('skaffold ended')
      }
      throw new Error(`no port of ${service} after ${limits.deployMs} ms`)
    },
    async stop() {
      child.kill('SIGINT')
      const isLate = await Promise.race([ended, sleep(120_000, true, { ref: false })])
      if (isLate) child.kill('SIGKILL')
      say('skaffold has taken the shop away')
    },
  }
}
