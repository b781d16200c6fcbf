import { explore } from '../engine.ts'
import { stock } from '../stock/model.ts'
import { stockMutations } from '../stock/rules.ts'
import { mutants, protocol, type Variant } from './variant.ts'

const model = 'stock'
const differ = 'nobody looks again, and the books differ'

export const stockVariants: readonly Variant[] = [
  protocol(model, '1 process', () => explore(stock({ workers: 1 }))),
  protocol(model, '2 processes', () => explore(stock())),
  protocol(model, '3 processes', () => explore(stock({ workers: 3 })), { isQuick: false }),
  ...mutants(
    model,
    stockMutations,
    {
      naiveEntries: differ,
      noTombstone: differ,
      freeThenTombstone: differ,
      rejectOnlyDecides: differ,
      blindHeld: differ,
      blindSettle: differ,
      settlesFirst: differ,
      stockFirst: differ,
      consumesTwice: differ,
      restocksTwice: differ,
      overConsumes: differ,
      freedIgnoresConsumed: 'released and consumed',
      restocksUnconsumed: differ,
      freedAcceptsHeld: 'holds',
    },
    (broken) => explore(stock({ broken })),
  ),
]
