/**
 * Something that starts and stops: a listener, a connection, a sweeper, a service, a shop.
 * Parts start in order and stop in reverse, so a part may rely on those before it for its whole life.
 */
export interface Part {
  readonly name: string
  /** Resolves once the part works; rejects with a message that says what to do. */
  start?(): Promise<void> | void
  /** The process is about to stop: refuse new work, keep answering what is under way. Must return at once. */
  drain?(): void
  /** Finishes what is under way, then frees everything. Called once, also after a failed start of a later part. */
  stop?(): Promise<void> | void
  /** Throws or rejects with the reason when the part can't serve; absent means always ready. */
  ready?(): Promise<void> | void
}

/** A part that is a whole service (or several in one process). */
export interface Service extends Part {
  readonly parts: readonly Part[]
}

/** Makes one part of many: started in order, stopped in reverse, ready when all are. */
export function composeParts(name: string, parts: readonly Part[]): Service {
  const started: Part[] = []
  const stop = async () => {
    const failures: unknown[] = []
    for (let part = started.pop(); part; part = started.pop()) {
      try {
        await part.stop?.()
      } catch (error) {
        failures.push(error)
      }
    }
    if (failures.length > 0)
      throw new AggregateError(failures, `${name}: ${failures.length} parts did not stop cleanly`)
  }
  return {
    name,
    parts,
    stop,
    async start() {
      for (const part of parts) {
        started.push(part)
        try {
          await part.start?.()
        } catch (error) {
          await stop().catch(() => {}) // the first failure is the one that explains
          throw error
        }
      }
    },
    drain() {
      for (const part of parts) part.drain?.()
    },
    async ready() {
      await Promise.all(parts.map(async (part) => part.ready?.()))
    },
  }
}
