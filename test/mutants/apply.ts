import { registerHooks } from 'node:module'
import { argv, env } from 'node:process'
import { mutants } from './catalogue.ts'
import type { Patch } from './mutant.ts'

const root = new URL('../../', import.meta.url).href
const applied = new Set<string>()

/** Files that were changed in this thread so far. */
export const appliedPatches = (): string[] => [...applied]

/** The source with one place changed. @throws when the place is not there exactly once: the mutant has to follow the code */
export function patched(source: string, { file, find, replace }: Patch): string {
  const pieces = source.split(find)
  if (pieces.length !== 2) throw new Error(`mutant: ${pieces.length - 1} places in ${file} instead of one: ${find}`)
  return pieces.join(replace)
}

const textOf = (source: string | ArrayBuffer | NodeJS.TypedArray | null | undefined): string =>
  typeof source === 'string' ? source : Buffer.from((source ?? new ArrayBuffer()) as ArrayBuffer).toString()

/** Changes the files of a mutant as they are loaded. The code on disk has no switches and stays as it is. */
export function mutate(name: string): void {
  const mutant = mutants.find((each) => each.name === name)
  if (!mutant) throw new Error(`no mutant is called ${name}; there are ${mutants.map((each) => each.name).join(', ')}`)
  const byUrl = Map.groupBy(mutant.patches, ({ file }) => root + file)
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context)
      const patches = byUrl.get(url)
      if (!patches) return loaded
      let source = textOf(loaded.source)
      for (const patch of patches) source = patched(source, patch)
      applied.add(patches[0]!.file)
      return { ...loaded, source }
    },
  })
}

// The name comes by the environment, so that a whole shop can run as a mutant: NODE_OPTIONS=--import=…/apply.ts toko run
if (env['TOKO_MUTANT']) mutate(env['TOKO_MUTANT'])
// The shop refuses variables that it does not know; the command that starts it has to pass the name on.
if (argv[1]?.endsWith('/services/all/src/main.ts')) delete env['TOKO_MUTANT']
