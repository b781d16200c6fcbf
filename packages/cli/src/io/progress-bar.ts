import { Presets, SingleBar } from 'cli-progress'

export interface Progress {
  update(done: number, total: number): void
  stop(): void
}

/** A bar on a terminal, nothing elsewhere. */
export function progressBar(what: string): Progress {
  if (!process.stderr.isTTY) return { update: () => {}, stop: () => {} }
  const bar = new SingleBar(
    { format: `${what} [{bar}] {percentage} %`, stream: process.stderr, clearOnComplete: true, barsize: 30 },
    Presets.legacy,
  )
  let isStarted = false
  return {
    update(done, total) {
      if (isStarted) bar.setTotal(total)
      else bar.start(total, done)
      isStarted = true
      bar.update(done)
    },
    stop: () => bar.stop(),
  }
}
