import { eventually, freePorts } from '@toko/testkit'
import { afterEach, describe, expect, it } from 'vitest'
import { Collector } from './support/collector.ts'
import { type SpanMaker, startSpanMaker } from './support/span-maker.ts'

describe('a collector that is away or silent', () => {
  const undo: (() => Promise<void>)[] = []
  afterEach(async () => {
    for (const each of undo.splice(0).toReversed()) await each()
  })
  const maker = (url: string): SpanMaker => {
    const made = startSpanMaker(url)
    undo.push(() => made.stop())
    return made
  }

  it('counts what is lost, keeps no more than the queue holds, and goes on by itself when it is back', async () => {
    const [port] = await freePorts(1)
    const spans = maker(`http://127.0.0.1:${port}`)
    const before = await spans.make(0)
    expect(before).toMatchObject({ exported: 0, queueFull: 0, exportFailed: 0, queued: 0, capacity: 2048 })
    await spans.make(50_000)
    const lost = await eventually(async () => {
      const told = await spans.make(0)
      expect(told.queued).toBe(0)
      expect(told.exported + told.queueFull + told.exportFailed).toBe(50_000)
      return told
    })
    expect(lost.exported).toBe(0)
    expect(lost.queueFull).toBeGreaterThan(0)
    expect(lost.exportFailed).toBeGreaterThan(0)

    const collector = new Collector()
    undo.push(() => collector.close())
    await collector.listen(port!)
    await spans.make(100)
    await eventually(
      async () => {
        const told = await spans.make(0)
        expect(told.exported).toBe(100)
        expect(collector.spans).toBe(100)
      },
      { timeoutMs: 20_000 },
    )
  })

  it('is the same for one that takes everything and never answers', async () => {
    const collector = new Collector()
    undo.push(() => collector.close())
    collector.isHanging = true
    const spans = maker(await collector.listen(0))
    const before = await spans.make(100)
    for (let round = 0; round < 20; round++) await spans.make(5000)
    const after = await spans.make(0)
    expect(after.queued).toBeLessThanOrEqual(after.capacity)
    expect(after.queueFull).toBeGreaterThan(50_000)
    // The queue and the batch on its way are some 3 MB.
    expect(after.heapBytes - before.heapBytes).toBeLessThan(20 * 1_048_576)

    collector.isHanging = false
    await eventually(async () => {
      const told = await spans.make(1)
      expect(told.exported).toBeGreaterThan(0)
      expect(told.exportFailed).toBeGreaterThan(0)
    })
  })
})
