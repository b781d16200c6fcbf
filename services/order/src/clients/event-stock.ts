import type { Stock } from '../ports.ts'

/** Calls nobody: the commands in the outbox and their answers do it all (ORDER_CALLS=events). */
export const eventStock: Stock = {
  reserve: async () => undefined,
  release: async () => undefined,
  allocate: async () => undefined,
  free: async () => undefined,
  consume: async () => undefined,
  restock: async () => undefined,
}
