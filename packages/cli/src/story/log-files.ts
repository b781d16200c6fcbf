import { globSync } from 'node:fs'
import { join } from 'node:path'

/** Logs of the shop in one process, and of all its divisions; those that were put aside first, as they are older. */
export function logFiles(dataDir: string): string[] {
  const patterns = ['shop.log.1', 'shop.log', 'split/*/logs/*.log.1', 'split/*/logs/*.log']
  return patterns.flatMap((pattern) => globSync(join(dataDir, pattern)).toSorted())
}
