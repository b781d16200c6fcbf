import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { errors } from './errors.ts'

it('docs/errors.md lists every error of the catalogue with its status, and no other', () => {
  const text = readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8')
  const documented = [...text.matchAll(/^\| `([a-z-]+)` *\| (\d{3}) *\|/gm)].map(
    ([, code, status]) => `${code} ${status}`,
  )
  const declared = Object.values(errors).map(({ code, status }) => `${code} ${status}`)
  expect(declared.length).toBeGreaterThan(20)
  expect(documented.toSorted()).toEqual(declared.toSorted())
})
