import { expect, it } from 'vitest'
import { budgetMsOf } from './run-route.ts'

const read = { method: 'GET', path: '/', summary: '', auth: 'public', answers: {} } as const
const write = { ...read, method: 'POST' } as const

it.each([
  ['a read', read, undefined, undefined, 1000],
  ['a write', write, undefined, undefined, 3000],
  ['a route with its own', { ...read, budgetMs: 30 }, undefined, undefined, 30],
  ['a route without', { ...read, budgetMs: null }, undefined, undefined, 30_000],
  ['a caller in a hurry', write, '500', undefined, 500],
  ['a caller with time', write, '50000', undefined, 3000],
  ['a header that is none', write, 'soon', undefined, 3000],
  ['a read on a slow machine', read, undefined, 8, 8000],
  ['a caller in a hurry on a slow machine', read, '500', 8, 500],
  ['a write on a very slow machine', write, undefined, 20, 30_000],
])('the budget of %s', (_, spec, header, factor, ms) => expect(budgetMsOf(spec, header, factor)).toBe(ms))
