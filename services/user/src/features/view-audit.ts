import type { AuditEntry } from '@toko/contracts'
import type { AuditRow } from '../store/audit-store.ts'

export const viewAuditRow = ({ _id, at, action, actor, userId, detail = {} }: AuditRow): AuditEntry => ({
  id: _id,
  at: at.toISOString(),
  action,
  actor,
  userId,
  detail: { ...detail },
})
