import { afterMutants } from './after-mutants.ts'
import type { Mutant } from './mutant.ts'
import { pageMutants } from './page-mutants.ts'
import { placementMutants } from './placement-mutants.ts'
import { stockMutants } from './stock-mutants.ts'

/** Every rule that is broken on purpose, one at a time. */
export const mutants: readonly Mutant[] = [...pageMutants, ...placementMutants, ...stockMutants, ...afterMutants]
