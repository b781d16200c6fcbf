import type { AuditFact } from '../domain/audit.ts'

export interface AuditRow extends AuditFact {
  readonly _id: string
  readonly at: Date
}

/** Append-only: there is no way to change or delete a row. */
export interface AuditStore {
  /** The same id again changes nothing. */
  append(row: AuditRow): Promise<void>
  /** Newest first. */
  list(userId: string, limit: number, after?: readonly [number, string]): Promise<AuditRow[]>
}
