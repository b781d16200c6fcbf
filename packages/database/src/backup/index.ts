export { type CollectionRules, parseRules, stringifyRules } from './collection-rules.ts'
export { type OpenDatabase, openDatabase } from './open-database.ts'
export { readSnapshot, type Snapshot, SnapshotLostError } from './read-snapshot.ts'
export { readPresent, type Present, restoreDatabase } from './restore-database.ts'
