import { explore } from '../engine.ts'
import { goods } from '../goods/model.ts'
import { type Broken, goodsMutations } from '../goods/rules.ts'
import { mutant, mutants, protocol, type Variant } from './variant.ts'

const model = 'goods'
const check = (broken: Broken) => explore(goods(broken))

export const goodsVariants: readonly Variant[] = [
  protocol(model, '1 order, 2 units', () => explore(goods())),
  ...mutants(
    model,
    goodsMutations,
    {
      cancelsAuthorised: 'stuck',
      cancelIgnoresShipment: 'cancelled with a shipment',
      shipGuardMissing: 'more shipped than ordered',
      deliversUnconsumed: 'delivered, but never taken from the stock',
      completesUndelivered: 'completed, but not all delivered',
      returnsUnshipped: 'more returned than shipped',
      paysReturnTwice: 'a return is paid twice',
      restocksUnshipped: 'more restocked than shipped',
      restocksRequested: 'alarm: restock refused',
      repeatsNewestOnly: 'stuck',
      sweepsNotCompleted: 'stuck',
      noGoodsSweeper: 'stuck',
      overdueEndsShipped: 'alarm: release refused',
      freedLooksEnded: 'alarm: not allocated',
      distrustsOldAnswers: 'alarm: not freed',
      freesOnMessage: 'stock not conserved',
      consumesTwice: 'more left the stock than was shipped',
      restocksTwice: 'more came back than was refunded',
      plainReleaseFrees: 'holds',
      freedAcceptsHeld: 'holds',
      freedIgnoresConsumed: 'holds',
      consumesReleased: 'holds',
    },
    check,
  ),
  // What the guards above are the last guard of.
  mutant(model, goodsMutations, ['overdueEndsShipped', 'plainReleaseFrees'], 'paid, but the stock is gone', check),
  mutant(model, goodsMutations, ['cancelsAuthorised', 'freedAcceptsHeld'], 'holds', check),
]
