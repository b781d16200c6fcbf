import { describe, expect, it } from 'vitest'
import { importsOf } from './rules/imports.ts'
import { targetOf } from './rules/places.ts'
import { sourceFiles } from './rules/repository.ts'
import type { SourceFile } from './rules/source.ts'

const folder = 'test/exercise/responder/'
/** What whoever is woken may know: files of its own folder, programs of Node, and what packages tell everybody. */
const allowed = ['node:', '@toko/audit', '@toko/contracts', 'vitest']

/** Imports by which the responder of make faults could learn what was done to the shop. */
const faultsOf = (file: SourceFile): string[] =>
  importsOf(file)
    .filter(({ specifier }) => {
      const target = targetOf(file, specifier)
      return target === undefined
        ? !allowed.some((each) => specifier === each || (each.endsWith(':') && specifier.startsWith(each)))
        : !target.startsWith(folder)
    })
    .map(({ specifier }) => `${file.path}: ${specifier}`)

describe('the responder of the fault exercise', () => {
  const importing = (specifier: string) => faultsOf({ path: `${folder}a.ts`, text: `import { x } from '${specifier}'` })

  it.each(['./signals.ts', 'node:fs', '@toko/audit'])('may know %s', (specifier) =>
    expect(importing(specifier)).toEqual([]),
  )

  it.each(['../faults/index.ts', '../report/row.ts', '../../kill/random.ts', '@toko/cli', 'amqplib'])(
    'may not know %s',
    (specifier) => expect(importing(specifier)).toHaveLength(1),
  )

  it('knows nothing of the faults', () => {
    const files = sourceFiles().filter(({ path }) => path.startsWith(folder))
    expect(files.length).toBeGreaterThan(3)
    expect(files.flatMap(faultsOf)).toEqual([])
  })
})
