/** What happens; true when it turned out to be nothing, such as a time-out of a call that is over. */
export type Happening = () => boolean | void

/** Binary heap by time, first come first served within a millisecond. */
export class EventQueue {
  private readonly times: number[] = []
  private readonly runs: Happening[] = []
  private count = 0

  get size(): number {
    return this.times.length
  }

  /** Time of the next one, Infinity when there is none. */
  get nextAt(): number {
    return this.times.length === 0 ? Infinity : Math.floor(this.times[0]! / 1_048_576)
  }

  push(at: number, run: Happening): void {
    const { times, runs } = this
    // Time and order of arrival in one number: exact up to 2^33 ms with 2^20 happenings.
    const key = at * 1_048_576 + this.count++
    let i = times.length
    times.push(key)
    runs.push(run)
    while (i > 0) {
      const parent = (i - 1) >> 1
      if (times[parent]! <= key) break
      times[i] = times[parent]!
      runs[i] = runs[parent]!
      i = parent
    }
    times[i] = key
    runs[i] = run
  }

  /** Takes the next one away. */
  pop(): Happening {
    const { times, runs } = this
    const run = runs[0]!
    const key = times.pop()!
    const last = runs.pop()!
    const size = times.length
    if (size > 0) {
      let i = 0
      for (;;) {
        let child = 2 * i + 1
        if (child >= size) break
        if (child + 1 < size && times[child + 1]! < times[child]!) child++
        if (times[child]! >= key) break
        times[i] = times[child]!
        runs[i] = runs[child]!
        i = child
      }
      times[i] = key
      runs[i] = last
    }
    return run
  }
}
