import type { Buyer } from './buyer.ts'
import type { Plan } from './plan-journey.ts'
import type { Staff } from './staff.ts'
import type { OrderWatch } from './watch-order.ts'

/** Everybody who has to do with one order. */
export interface Scene extends OrderWatch {
  readonly buyer: Buyer
  readonly staff: Staff
  readonly plan: Plan
}
export type Journey = (scene: Scene) => Promise<unknown>
