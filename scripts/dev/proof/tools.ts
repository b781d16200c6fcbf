import { execFileSync } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { context, namespace } from '../dev-shop.ts'

export const limits = { deployMs: 600_000, changeMs: 5000, mendMs: 30_000 }

const started = performance.now()
export const say = (text: string) =>
  process.stdout.write(`${String(Math.round((performance.now() - started) / 1000)).padStart(4)} s  ${text}\n`)

/** Runs kubectl on the shop of make dev. @throws Error when it fails */
export const kubectl = (...args: string[]) =>
  execFileSync('kubectl', ['--context', context, '--namespace', namespace, ...args], { encoding: 'utf8' })

/** Resolves with the ms it took. @throws Error after the limit */
export async function until(what: string, limitMs: number, holds: () => Promise<boolean>): Promise<number> {
  const fromMs = performance.now()
  for (;;) {
    if (await holds().catch(() => false)) return Math.round(performance.now() - fromMs)
    if (performance.now() - fromMs > limitMs) throw new Error(`${what}: not within ${limitMs} ms`)
    await sleep(50)
  }
}

/** The title that a service gives its API: a changed line shows in it. */
export async function titleAt(url: string): Promise<string> {
  const answer = await fetch(`${url}/openapi.json`, { signal: AbortSignal.timeout(2000) })
  return ((await answer.json()) as { info: { title: string } }).info.title
}
