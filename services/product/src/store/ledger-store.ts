import type { AuditedStock } from '@toko/contracts'
import type { Balance, Movement } from '../domain/movement.ts'
import type { Page } from './product-store.ts'

/** Stock balances and their append-only ledger, for staff. Adapter: mongo-ledger-store.ts. */
export interface LedgerStore {
  get(sku: string): Promise<Balance | null>
  getMany(skus: readonly string[]): Promise<Balance[]>
  /** The balance of a SKU, made with zeros when there is none. */
  open(sku: string, nowMs: number): Promise<Balance>
  /** The movement that this idempotency key made, once it is in the ledger. */
  findByKey(sku: string, key: string): Promise<Movement | null>
  /**
   * One write: the movement and its effect on the balance, if `movement.seq` is the next number and nothing goes negative.
   * Null when another movement was faster or too little is available now.
   */
  append(sku: string, movement: Movement): Promise<Balance | null>
  /** Copies waiting movements into the ledger, then forgets them; idempotent by (sku, seq). */
  drain(sku: string): Promise<void>
  /** SKUs with movements that wait since before then. */
  undrained(beforeMs: number, limit: number): Promise<string[]>
  movements(sku: string, limit: number, cursor?: string): Promise<Page<Movement>>
  /** Balances by SKU from `after` on, for the repair of copied levels. */
  scan(after: string, limit: number): Promise<Balance[]>
  export(limit: number, cursor?: string): Promise<Page<AuditedStock>>
}
