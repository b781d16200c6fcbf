import type { AuditAction } from '@toko/contracts'

/** Who did something: a user's id, `service:<name>` or `system`. */
export type Actor = string

/** A fact for the audit. Ids only, no personal data. */
export interface AuditFact {
  readonly action: AuditAction
  readonly actor: Actor
  readonly userId: string
  readonly detail?: Readonly<Record<string, string>>
}
