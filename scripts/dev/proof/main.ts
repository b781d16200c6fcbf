/**
 * Proves make dev on the kind cluster, on a copy of this repository: the first deploy works, changed lines answer within 5 s
 * in the same pod, a broken line is survived; then profile split-one: a service of this machine sells with those of the
 * cluster.   usage: node scripts/dev/proof/main.ts [minimal | split-one]      exit 1: something took too long or did not happen
 */
import { proveChangedLines } from './changed-lines.ts'
import { copyOfSources } from './copy.ts'
import { startSkaffold } from './skaffold.ts'
import { proveSplitOne } from './split-one.ts'

const proofs = [
  { words: ['minimal'], prove: proveChangedLines },
  { words: ['split-one', 'product'], prove: proveSplitOne },
] as const
const [only] = process.argv.slice(2)
const chosen = proofs.filter(({ words }) => !only || words[0] === only)
if (chosen.length === 0) {
  process.stderr.write(`no profile ${only}: minimal or split-one\n`)
  process.exit(2)
}

for (const { words, prove } of chosen) {
  const copy = copyOfSources()
  const skaffold = startSkaffold(copy.folder, ...words)
  try {
    await prove(copy, skaffold)
  } catch (error) {
    process.exitCode = 1
    process.stderr.write(`${skaffold.log.slice(-40).join('\n')}\ntoko: ${(error as Error).message}\n`)
  } finally {
    await skaffold.stop()
    copy.remove()
  }
}
