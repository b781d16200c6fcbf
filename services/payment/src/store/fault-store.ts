import type { PaymentFault, PaymentFaults } from '@toko/contracts'

export interface StoredFaults extends PaymentFaults {
  readonly faults: (PaymentFault & { readonly id: string })[]
}

/** The switches, shared by all replicas. */
export interface FaultStore {
  read(): Promise<StoredFaults>
  replace(faults: PaymentFaults): Promise<void>
  /** Takes one from a fault's `remaining`; false when there is none left or the fault was switched off. */
  claim(faultId: string): Promise<boolean>
  /** 1, 2, 3 … since the last replace. */
  nextDraw(): Promise<number>
}
