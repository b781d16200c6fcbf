export { auditBooks, type AuditOptions, invariantIds } from './audit-books.ts'
export { type Books, skewMs } from './books.ts'
export { type Finding, subjectOf } from './finding.ts'
export { isAtRest } from './is-at-rest.ts'
