import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, it } from 'vitest'
import { createMetrics } from './create-metrics.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

const MiB = 1_048_576
const objects = (mebibytes: number) =>
  Array.from({ length: (mebibytes * MiB) / 64 }, (_, n) => ({ n, of: n * 2, and: null }))

it('tells of the heap what a full collection left, not what is garbage by now', async () => {
  const metrics = createMetrics('test')
  const kept = async () => {
    collect()
    await sleep(50) // observers hear of it a moment later
    const text = await metrics.render()
    return Number(/^nodejs_heap_size_used_after_gc_bytes\{service="test"\} (\d+)$/m.exec(text)![1])
  }
  const before = await kept()
  let held: object[] | undefined = objects(48)
  const holding = await kept()
  expect(holding - before).toBeGreaterThan(40 * MiB)
  held = undefined
  expect(held).toBeUndefined()
  expect((await kept()) - before).toBeLessThan(8 * MiB)
})
