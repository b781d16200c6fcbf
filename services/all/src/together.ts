import type { Part } from '@toko/runtime'

/** Starts parts at the same time, as none of them needs another to start; stops them one by one, the last first. */
export function together(name: string, parts: readonly Part[]): Part {
  const stop = async () => {
    const failures: unknown[] = []
    for (const part of parts.toReversed()) {
      try {
        await part.stop?.()
      } catch (error) {
        failures.push(error)
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, `${name}: ${failures.length} did not stop cleanly`)
  }
  return {
    name,
    stop,
    async start() {
      const results = await Promise.allSettled(parts.map(async (part) => part.start?.()))
      const failed = results.find((result) => result.status === 'rejected')
      if (failed) throw failed.reason
    },
    drain() {
      for (const part of parts) part.drain?.()
    },
    async ready() {
      await Promise.all(parts.map(async (part) => part.ready?.()))
    },
  }
}
