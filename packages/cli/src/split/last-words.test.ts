import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { lastWords } from './last-words.ts'

const folder = mkdtempSync(join(tmpdir(), 'toko-words-'))
afterAll(() => rmSync(folder, { recursive: true }))

it('are what a process said for people since its start, the end of it when there is much', () => {
  const file = join(folder, 'order-0.log')
  const before = 'order: an old fault\n'
  writeFileSync(file, `${before}{"msg":"starting"}\norder: invalid configuration\n  ORDER_NONSENSE  unknown variable\n`)
  expect(lastWords(file, before.length)).toBe('order: invalid configuration\n  ORDER_NONSENSE  unknown variable')
  writeFileSync(file, `${'x'.repeat(10_000)}\nthe end\n`)
  expect(lastWords(file, 0)).toMatch(/^x{1,4096}\nthe end$/)
  writeFileSync(file, '')
  expect(lastWords(file, 0)).toBe('')
})
