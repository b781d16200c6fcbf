import { z } from 'zod'
import { type DomainEvent, type EventDefinition, happened } from '@toko/contracts'
import type { OutboxEntry } from '@toko/database'
import type { AuditFact } from '../domain/audit.ts'
import type { Effects } from '../domain/effects.ts'
import type { MailJob } from '../domain/mail.ts'

/** Entries of the outboxes that stay inside the service: mails to send and facts for the audit. */
const note = <T>(type: string): EventDefinition<z.ZodType<T>> => ({
  source: 'user',
  type,
  data: z.custom<T>(),
  isCommand: false,
})
const mailNote = note<MailJob>('mail')
const auditNote = note<AuditFact>('audit')

/** @param userId also the entry's subject: session ids don't belong into logs */
export function notesOf(userId: string, { mails = [], audit = [] }: Effects): DomainEvent[] {
  return [
    ...mails.map((data) => happened(mailNote, { subject: userId, data })),
    ...audit.map((data) => happened(auditNote, { subject: userId, data })),
  ]
}

export type Note =
  | { readonly id: string; readonly time: string; readonly type: 'mail'; readonly job: MailJob }
  | { readonly id: string; readonly time: string; readonly type: 'audit'; readonly fact: AuditFact }

export function noteOf({ id, time, type, data }: OutboxEntry): Note {
  return type === mailNote.type
    ? { id, time, type: 'mail', job: data as MailJob }
    : { id, time, type: 'audit', fact: data as AuditFact }
}
