import type { Payment, Reservation } from '@toko/contracts'

/** What the neighbours do, changed by tests while they run. */
export interface NeighbourState {
  available: number
  priceMinor: number
  /** Answers of the provider to authorise; `hang` takes effect and never answers. */
  authorise: 'approve' | 'decline' | 'hang' | 'fail' | 'wrong-amount'
  capture: 'take' | 'fail'
  /** `hang` pays and never answers. */
  refund: 'pay' | 'hang' | 'fail' | 'refuse' | 'wrong-amount'
  stockIsDown: boolean
  readonly reservations: Map<string, Reservation>
  readonly payments: Map<string, Payment>
  /** Amount by refund key. */
  readonly refunds: Map<string, number>
  /** Calls that reached a neighbour, by method and path template. */
  readonly calls: string[]
}
