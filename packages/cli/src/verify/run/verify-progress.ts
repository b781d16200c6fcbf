import { Presets, SingleBar } from 'cli-progress'
import type { Output } from '../../io/output.ts'
import type { VerifyProgress } from './verify-shop.ts'

/** A bar on a terminal; elsewhere a line per phase and per tenth of the orders. On stderr: the answer is the verdict. */
export function verifyProgress(output: Pick<Output, 'note'>): VerifyProgress & { stop(): void } {
  return process.stderr.isTTY ? bar() : lines(output)
}

function bar(): VerifyProgress & { stop(): void } {
  const made = new SingleBar(
    {
      format: '{phase} [{bar}] {value}/{total} {note}',
      stream: process.stderr,
      clearOnComplete: true,
      barsize: 30,
      hideCursor: true,
    },
    Presets.legacy,
  )
  let phase = ''
  let isStarted = false
  const show = (value: number, total: number, note = '') => {
    if (isStarted) made.setTotal(total)
    else made.start(total, value, { phase, note })
    isStarted = true
    made.update(value, { phase, note })
  }
  let last: [number, number] = [0, 1]
  return {
    phase(what) {
      phase = what
      show(...last)
    },
    orders: (done, total) => show(...(last = [done, total])),
    left: (count) => show(...last, `${count} under way`),
    stop: () => made.stop(),
  }
}

function lines({ note }: Pick<Output, 'note'>): VerifyProgress & { stop(): void } {
  let [tenths, lastLeft] = [0, -1]
  return {
    phase: note,
    orders(done, total) {
      const reached = Math.floor((10 * done) / total)
      if (reached > tenths) note(`${done} of ${total} orders`)
      tenths = Math.max(tenths, reached)
    },
    left(count) {
      if (count !== lastLeft) note(`${count} under way`)
      lastLeft = count
    },
    stop() {},
  }
}
