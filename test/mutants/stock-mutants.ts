import type { Mutant } from './mutant.ts'

const closeEntries = 'services/product/src/features/close-entries.ts'

/** Rules of holding, releasing and moving stock. */
export const stockMutants: readonly Mutant[] = [
  {
    name: 'noStockTombstone',
    rule: 'R6',
    what: 'a release leaves no tombstone in the stock',
    patches: [
      {
        file: closeEntries,
        find: 'if (!(await stock.tombstone(sku, hold, now, pruneAt))) await stock.free',
        replace: 'await stock.free',
      },
    ],
  },
  {
    name: 'dropWatermark',
    rule: 'R7',
    what: 'pruning does not raise the watermark',
    patches: [
      {
        file: 'services/product/src/features/prune-entries.ts',
        find: 'Math.max(...removable.map(({ epoch }) => epoch))',
        replace: '0',
      },
    ],
  },
  {
    name: 'ignoreWatermark',
    rule: 'R7',
    what: 'a hold does not look at the watermark',
    patches: [
      {
        file: 'services/product/test/memory-stock-store.ts',
        find: 'if (stock.watermark >= epoch) return',
        replace: 'if (stock.watermark >= epoch + 1e15) return',
      },
      {
        file: 'services/product/src/store/mongo-stock-store.ts',
        find: 'available: { $gte: quantity },\n        watermark: { $lt: epoch },',
        replace: 'available: { $gte: quantity },',
      },
    ],
  },
  {
    name: 'releaseAllocated',
    rule: '7a',
    what: 'a plain Release frees allocated stock',
    patches: [
      {
        file: 'services/product/src/features/release.ts',
        find: "if (existing.status === 'allocated' || existing.status === 'consumed') {",
        replace: "if (existing.status === 'consumed') {",
      },
    ],
  },
  {
    name: 'releaseNotDecided',
    rule: 'R6',
    what: 'a Release of a held reservation is told before it is decided',
    patches: [
      {
        file: 'services/product/src/features/release.ts',
        find: '    const released = await reservations.move(\n      orderId,\n      [existing.status],',
        replace: "    const released = await reservations.move(\n      orderId,\n      ['reserving'],",
      },
    ],
  },
]
