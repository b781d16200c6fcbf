import { explore } from '../engine.ts'
import { money } from '../money/model.ts'
import { moneyMutations } from '../money/rules.ts'
import { mutants, protocol, type Variant } from './variant.ts'

const model = 'money'

export const moneyVariants: readonly Variant[] = [
  protocol(model, '1 order, 2 units', () => explore(money())),
  ...mutants(
    model,
    moneyMutations,
    {
      freshRefundKey: 'a refund was paid twice',
      countsSucceeded: 'more is refunded than was captured',
      restForgetsRequested: 'more is refunded than was captured',
      capturesVoided: 'captured and voided',
      skipsRefunding: 'cancelled, but money is authorised',
      endsOnRequest: 'cancelled, but money is kept',
      unknownVoidEnds: 'cancelled, but money is kept',
      refundBeforeCapture: 'refund of what was not captured',
      shipsUncaptured: 'shipped, but not captured',
      notesLateCapture: 'stuck',
      refundsOnlyPlaced: 'stuck',
      noMoneySweeper: 'stuck',
      notesCaptureFreeing: 'holds',
      capturesFreeing: 'holds',
    },
    (broken) => explore(money(broken)),
  ),
]
