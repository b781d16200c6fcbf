import type { Verdict } from './run-story-faults.ts'

/** Share of stories that must name the service in which the fault was. */
const wanted = 0.95

const isRight = ({ service, named }: Verdict) => service === named

/** Enough orders, and nearly all stories right. */
export const isGreen = (verdicts: readonly Verdict[], orders: number): boolean =>
  verdicts.length === orders && verdicts.filter(isRight).length >= wanted * orders

/** A line per fault, one per wrong story, and the sum. */
export function resultLines(verdicts: readonly Verdict[], orders: number): string[] {
  const byFault = [...Map.groupBy(verdicts, ({ fault }) => fault)].map(
    ([fault, own]) => `${own.filter(isRight).length} of ${own.length}  ${fault}`,
  )
  const wrong = verdicts
    .filter((verdict) => !isRight(verdict))
    .map(
      ({ orderId, fault, named, evidence, status }) =>
        `wrong: ${orderId} ${status}: ${fault}; named ${named} by ${evidence}`,
    )
  const right = verdicts.filter(isRight).length
  const few = verdicts.length < orders ? `, of ${orders} that were asked for` : ''
  return [
    ...byFault,
    ...wrong,
    `${right} of ${verdicts.length} orders that ended badly${few}: the story names the service of the fault`,
  ]
}
