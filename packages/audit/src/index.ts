export { auditBooks, type AuditOptions, invariantIds } from './audit-books.ts'
export { type Books, skewMs } from './books.ts'
export { type Finding, subjectOf } from './finding.ts'
export { isAtRest } from './is-at-rest.ts'
export { sourced, type StoryFacts } from './story/facts.ts'
export { tellStory } from './story/tell-story.ts'
export {
  exportedTraces,
  type Get,
  jaegerTraces,
  tempoTraces,
  type TraceSource,
} from './story/traces/trace-source.ts'
