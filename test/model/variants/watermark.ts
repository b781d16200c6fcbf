import { explore } from '../engine.ts'
import { watermark } from '../watermark/model.ts'
import { type Rules, watermarkMutations } from '../watermark/rules.ts'
import { mutants, protocol, type Variant } from './variant.ts'

const model = 'watermark'
const check = (rules: Partial<Rules>) => () => explore(watermark(rules))

export const watermarkVariants: readonly Variant[] = [
  protocol(model, '2 of 1 unit, stock 2', check({})),
  protocol(model, '2 of 2 units, stock 4', check({ quantity: 2, stock: 4 })),
  protocol(model, '2 of 2 units, stock 2, restock', check({ quantity: 2, restocks: 1 })),
  protocol(model, '2 of 1 unit, 2 restocks', check({ restocks: 2 }), { isQuick: false }),
  protocol(model, '4 of 1 unit, stock 2', check({ reservations: 4 }), { isQuick: false }),
  protocol(model, '4 of 1 unit, stock 4', check({ reservations: 4, stock: 4 }), { isQuick: false }),
  ...mutants(
    model,
    watermarkMutations,
    {
      noWatermark: 'a reservation is consumed twice',
      restockAsEntry: 'stuck',
      anySeq: 'a refund is restocked twice',
      ledgerFirst: 'a refund is restocked twice',
      consumesTwice: 'a shipment is consumed twice',
    },
    (broken) => explore(watermark({ broken, ...(broken.has('consumesTwice') ? { quantity: 2 } : { restocks: 1 }) })),
  ),
]
