import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { patched } from '../../mutants/apply.ts'
import { changedServices, patchesOf } from './patches.ts'

it('fits the code: every place that the next version changes is there once', () => {
  expect(changedServices).toEqual(['order', 'product'])
  for (const service of changedServices) {
    const sources = new Map<string, string>()
    for (const patch of patchesOf(service)) {
      const source = sources.get(patch.file) ?? readFileSync(new URL(`../../../${patch.file}`, import.meta.url), 'utf8')
      sources.set(patch.file, patched(source, patch))
    }
    expect(sources.size).toBeGreaterThan(1)
  }
})
