import { expect, it } from 'vitest'
import { z } from 'zod'
import { readTolerantly } from './read-tolerantly.ts'

const Line = z.strictObject({ sku: z.string(), quantity: z.int() })
const Answer = z.strictObject({
  id: z.string(),
  lines: z.array(Line).refine((lines) => lines.length < 3, 'too many'),
  note: z.string().optional(),
})
const line = { sku: 'TEA', quantity: 1 }

it('reads what fits as it is', () => {
  expect(readTolerantly(Answer, { id: 'a', lines: [line], note: 'n' }).data).toEqual({
    id: 'a',
    lines: [line],
    note: 'n',
  })
})

it('leaves out what a newer program added, at any depth, and nothing of the value itself', () => {
  const sent = { id: 'a', lines: [{ ...line, unit: 'piece' }, line], since: { year: 2026 } }
  const before = structuredClone(sent)
  expect(readTolerantly(Answer, sent).data).toEqual({ id: 'a', lines: [line, line] })
  expect(sent).toEqual(before)
})

it('takes nothing else: a member that is missing, of another type or against a rule', () => {
  for (const wrong of [
    { lines: [line] },
    { id: 1, lines: [line], more: true },
    { id: 'a', lines: [{ ...line, quantity: 'one', unit: 'piece' }] },
    { id: 'a', lines: [{ ...line, unit: 'piece' }, line, line] },
    null,
    'text',
  ])
    expect(readTolerantly(Answer, wrong).success, JSON.stringify(wrong)).toBe(false)
})
