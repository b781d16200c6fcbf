import { BusBlockedError } from '../errors.ts'

interface Slot {
  /** Resolves when there is room; undefined when there is already. */
  readonly entered: Promise<void> | undefined
  /** Gives it back, or leaves the line. */
  free(): void
}

/** Room for so many at once; more wait in order, and beyond that are refused: memory stays bounded without a broker. */
export function createSlots(most: number, mostWaiting: number) {
  const line = new Set<() => void>()
  let taken = 0

  return {
    /** @throws BusBlockedError when too many wait already */
    enter(): Slot {
      let state: 'waiting' | 'in' | 'out' = 'in'
      let entered: Promise<void> | undefined
      let admit = () => {}
      if (taken < most) taken++
      else {
        if (line.size >= mostWaiting) throw new BusBlockedError(`${mostWaiting} publishes wait already`)
        state = 'waiting'
        entered = new Promise((resolve) => {
          admit = () => {
            state = 'in'
            resolve()
          }
        })
        line.add(admit)
      }
      return {
        entered,
        free() {
          const was = state
          state = 'out'
          if (was === 'waiting') line.delete(admit)
          if (was !== 'in') return
          const [next] = line
          if (!next) return void taken--
          line.delete(next)
          next() // the room goes from one to the next
        },
      }
    },
  }
}
