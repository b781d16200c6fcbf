import type { AuditFact } from '../domain/audit.ts'
import type { MailJob } from '../domain/mail.ts'
import type { Context } from './context.ts'

type Note =
  | { readonly id: string; readonly time: string; readonly type: 'mail'; readonly job: MailJob }
  | { readonly id: string; readonly time: string; readonly type: 'audit'; readonly fact: AuditFact }

/** Moves an entry of an outbox to where it is worked on. Its id makes a second time harmless. */
export async function takeNote(c: Context, note: Note): Promise<void> {
  if (note.type === 'audit') {
    await c.audits.append({ _id: note.id, at: new Date(note.time), ...note.fact })
    return
  }
  await c.mails.insert(note.id, note.job)
  c.kickMails()
}
