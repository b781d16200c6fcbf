import { nextStatuses } from '../../services/order/src/domain/status.ts'

/** Every move that the code's own table allows: a run that never takes one says nothing about it. */
export const allowedTransitions: readonly string[] = Object.entries(nextStatuses).flatMap(([from, nexts]) =>
  nexts.map((to) => `${from}→${to}`),
)
