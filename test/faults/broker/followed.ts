export interface FollowedOrder {
  readonly _id: string
  readonly version: number
  /** Every version that was taken, as they were. */
  readonly taken: readonly number[]
}

export interface SeenEvent {
  /** The event's id. */
  readonly _id: string
  readonly order: string
  readonly version: number
  /** Of this life of the process, from 1. */
  readonly deliveries: readonly { readonly life: number; readonly n: number }[]
}

export const followed = { source: 'order', type: 'order_changed', service: 'mail', handler: 'follow' } as const
