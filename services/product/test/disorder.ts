/** Calls that only read: to repeat them proves nothing. */
const reads = new Set(['get', 'due', 'finalOf', 'peek', 'duePrunes', 'inspect', 'moveBasis'])

export interface Disorder {
  /** Which waiting store call goes next. */
  readonly order: Iterator<number>
  /** Calls around which the worker dies: even before the write, odd after it. */
  readonly crashes: readonly number[]
  /** After the at-th call, the which-th past write is done again. */
  readonly replays: readonly { readonly at: number; readonly which: number }[]
  /** Calls after which the clock jumps by more than any limit. */
  readonly jumps: readonly number[]
}

/** Lets store calls happen one after the other in the story's order, and makes them crash or come back. */
export function disorder(story: Disorder, now: { ms: number }, check: () => void) {
  const waiting: (() => void)[] = []
  const writes: (() => Promise<unknown>)[] = []
  let calls = 0
  let isHealed = false
  const next = (count: number) => Number(story.order.next().value ?? 0) % count
  async function inOrder(name: string, act: () => Promise<unknown>): Promise<unknown> {
    await new Promise<void>((resolve) => waiting.push(resolve))
    const call = calls++
    now.ms += story.jumps.includes(call) ? 1000 : 1
    const crash = story.crashes.indexOf(call)
    if (crash >= 0 && call % 2 === 0) throw new Error('killed before')
    const result = await act()
    if (!reads.has(name)) writes.push(act)
    for (const { at, which } of story.replays)
      if (at === call && writes.length > 0) await writes[which % writes.length]!()
    check()
    if (crash >= 0) throw new Error('killed after')
    return result
  }
  async function healed(act: () => Promise<unknown>): Promise<unknown> {
    const result = await act()
    check()
    return result
  }
  const wrap = <T extends object>(store: T): T =>
    Object.fromEntries(
      Object.entries(store).map(([name, method]) => [
        name,
        typeof method !== 'function'
          ? method
          : (...args: unknown[]) => {
              const act = () => (method as (...all: unknown[]) => Promise<unknown>)(...args)
              return isHealed ? healed(act) : inOrder(name, act)
            },
      ]),
    ) as T
  return {
    wrap,
    writes,
    heal: () => {
      isHealed = true
    },
    /** Runs until nothing waits: every promise that can go on has gone on before the next call is let through. */
    async run(work: Promise<unknown>) {
      const state = { isDone: false }
      const end = () => (state.isDone = true)
      void work.then(end, end)
      while (!state.isDone) {
        for (let turn = 0; turn < 12; turn++) await Promise.resolve()
        if (waiting.length > 0) waiting.splice(next(waiting.length), 1)[0]!()
      }
    },
  }
}
