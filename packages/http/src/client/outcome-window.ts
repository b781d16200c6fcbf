const slices = 10

/** Calls and failures of the last `lengthMs`, in slices of a tenth, so that its cost does not grow with the load. */
export class OutcomeWindow {
  readonly #sliceMs: number
  #entries: { slice: number; calls: number; failures: number }[] = []

  constructor(lengthMs: number) {
    this.#sliceMs = lengthMs / slices
  }

  /** Adds one outcome and returns the sums. */
  add(nowMs: number, failed: boolean): { calls: number; failures: number } {
    const slice = Math.floor(nowMs / this.#sliceMs)
    this.#entries = this.#entries.filter((entry) => entry.slice > slice - slices)
    let current = this.#entries.at(-1)
    if (current?.slice !== slice) this.#entries.push((current = { slice, calls: 0, failures: 0 }))
    current.calls++
    if (failed) current.failures++
    const sum = { calls: 0, failures: 0 }
    for (const { calls, failures } of this.#entries) {
      sum.calls += calls
      sum.failures += failures
    }
    return sum
  }

  clear(): void {
    this.#entries = []
  }
}
