import type { MailJob, MailTemplate } from '../domain/mail.ts'

/** A mail on its way. `_id` is its identity: the same fact mails once. */
export interface StoredMail extends MailJob {
  readonly _id: string
  readonly createdAt: Date
  readonly attempts: number
  /** Next attempt; absent when there is nothing left to do. */
  readonly dueAt?: Date
  readonly state: 'waiting' | 'delivered' | 'dropped' | 'failed'
  /** Known once it is delivered. */
  readonly template?: MailTemplate
  readonly sentTo?: string
}

export interface MailStore {
  /** False when a mail with that id exists already. */
  insert(id: string, job: MailJob): Promise<boolean>
  /**
   * Takes the longest overdue mail for `leaseMs`; another worker may take it after that. A mail is due, too, that was put off
   * for longer than `longestWaitMs`: only a wrong clock can have done it.
   */
  claim(leaseMs: number, longestWaitMs: number): Promise<StoredMail | null>
  postpone(id: string, dueAtMs: number): Promise<void>
  /** Ends a mail. `keeps`: what the development mailbox shows; otherwise nothing personal stays but the identity. */
  finish(
    id: string,
    state: 'delivered' | 'dropped' | 'failed',
    keeps?: { readonly template: MailTemplate; readonly sentTo: string },
  ): Promise<void>
  /** Delivered mails of the mailbox, newest first. */
  listDelivered(to: string | undefined, limit: number, after?: readonly [number, string]): Promise<StoredMail[]>
  /** Of the mailbox, when the account behind the address is deleted. */
  deleteTo(address: string): Promise<void>
}
