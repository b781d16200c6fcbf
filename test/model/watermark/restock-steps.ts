import { restockEpochOf } from './rules.ts'
import type { Turn } from './steps.ts'

/**
 * "Once per refund id" without a memory that has to be pruned: look at the stock document (number of the last movement,
 * movements that wait), then into the ledger, then write if that number is still the last one. A movement waits in the
 * document first and is forgotten there only after it is in the ledger, so whoever looks in this order can't miss it.
 */
export function restockSteps({ mine, stock, index, rules, act }: Turn): void {
  const { broken } = rules
  const { restock } = mine
  const { isDecided, movement, notWaiting, notFound } = restock
  const mayReturn = (mine.status === 'allocated' || mine.status === 'consumed') && mine.consumptions !== 0
  if (mayReturn && !isDecided && index < rules.restocks)
    act('decide restock', { restock: { ...restock, isDecided: true } })
  if (!isDecided) return
  const apply = (change: Partial<typeof restock>) =>
    act(
      'restock',
      { restock: { ...restock, times: Math.min(2, restock.times + 1), ...change } },
      { onHand: stock.onHand + 1, available: stock.available + 1, seq: stock.seq + 1 },
    )
  if (broken.has('restockAsEntry')) {
    if (!restock.hasEntry && stock.watermark < restockEpochOf(index)) apply({ hasEntry: true })
    const watermark = Math.max(stock.watermark, restockEpochOf(index))
    if (restock.hasEntry) act('prune the restock', { restock: { ...restock, hasEntry: false } }, { watermark })
    return
  }
  if (movement === 'waiting') act('copy to the ledger', { restock: { ...restock, movement: 'ledger' } })
  const bit = 1 << stock.seq
  const look = (what: string, change: Partial<typeof restock>) => act(what, { restock: { ...restock, ...change } })
  if (broken.has('ledgerFirst')) {
    // Having seen none in the ledger is remembered as bit 0, whatever the number was.
    if (movement !== 'ledger' && notWaiting === 0) look('not in the ledger', { notWaiting: 1 })
    if (notWaiting !== 0 && movement !== 'waiting') look('and none waits', { notFound: notFound | bit })
  } else {
    if (movement !== 'waiting') look('none waits', { notWaiting: notWaiting | bit })
    if (movement !== 'ledger' && notWaiting !== 0) look('and none in the ledger', { notFound: notFound | notWaiting })
  }
  if (broken.has('anySeq') ? notFound !== 0 : (notFound & bit) !== 0) apply({ movement: 'waiting' })
}
