import { explore } from '../engine.ts'
import { placement } from '../placement/model.ts'
import { placementMutations, type PlacementMutation, type Rules } from '../placement/rules.ts'
import { mutants, protocol, type Variant } from './variant.ts'

const model = 'placement'
const check = (rules: Partial<Rules>) => () => explore(placement(rules))
/** Everything at once, with one order: small enough for every rule. */
const whole = { attempts: 2, overdue: true, loss: 'all' } as const
/** Found with two orders in the reference, so that traces can be compared. */
const twoOrders: ReadonlySet<PlacementMutation> = new Set([
  'noTombstone',
  'clockRelease',
  'noVoiding',
  'timeoutCancel',
  'freshKey',
  'voidNoTomb',
])

export const placementVariants: readonly Variant[] = [
  protocol(model, '1 order', check({})),
  protocol(model, '1 order, 2 attempts', check({ attempts: 2 })),
  protocol(model, '1 order, 2 attempts, overdue', check({ attempts: 2, overdue: true })),
  protocol(model, '2 orders, overdue, stock 1', check({ orders: 2, overdue: true, loss: 'all' }), { isQuick: false }),
  protocol(model, '2 orders, stock 1', check({ orders: 2 }), { isQuick: false }),
  protocol(model, '2 orders, stock 2', check({ orders: 2, stock: 2 }), { isQuick: false }),
  protocol(model, '2 orders, 2 attempts', check({ orders: 2, attempts: 2, loss: 'all' }), { isQuick: false }),
  ...mutants(
    model,
    placementMutations,
    {
      noTombstone: 'ended, but stock is held for ever',
      clockRelease: 'authorised without stock',
      overdueReleases: 'authorised without stock',
      noVoiding: 'authorised or confirmed without money',
      timeoutCancel: 'ended, but money is taken',
      freshKey: 'money taken twice',
      sharedKey: 'unreached',
      earlySecond: 'money taken twice',
      anyReply: 'ended, but money is taken',
      voidNoTomb: 'ended, but money is taken',
      declineForgotten: 'money taken twice',
      noSweeper: 'stuck',
      commitAny: 'holds',
      noGuard: 'holds',
      plainReleaseFrees: 'holds',
    },
    (broken) =>
      explore(placement({ ...([...broken].some((rule) => twoOrders.has(rule)) ? { orders: 2 } : whole), broken })),
  ),
]
