import type { Logger } from './logger.ts'
import type { Part } from './part.ts'
import { outsideRequest } from './request-context.ts'

export interface Background extends Part {
  /** Runs work that outlives the request. Beyond the limit it is dropped: a sweeper does it later. */
  run(work: () => Promise<unknown>): void
  isIdle(): boolean
}

export function background(name: string, log: Logger, maxConcurrent = 100): Background {
  const underWay = new Set<Promise<void>>()
  let isStopping = false
  return {
    name,
    isIdle: () => underWay.size === 0,
    run(work) {
      if (isStopping || underWay.size >= maxConcurrent) return
      const task = outsideRequest(async () => {
        try {
          await work()
        } catch (error) {
          log.warn({ err: error }, 'background work failed; a sweeper repeats it')
        }
      }).finally(() => underWay.delete(task))
      underWay.add(task)
    },
    async stop() {
      isStopping = true
      await Promise.allSettled(underWay)
    },
  }
}
