export { auditBooks, type AuditOptions, isAtRest } from './audit-books.ts'
export type { Books } from './books.ts'
export type { Finding } from './finding.ts'
