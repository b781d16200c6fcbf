import type { AuditFact } from './audit.ts'
import type { MailJob } from './mail.ts'

/** What follows from a write: stored with it or not at all, and done afterwards at least once. */
export interface Effects {
  readonly mails?: readonly MailJob[]
  readonly audit?: readonly AuditFact[]
}
