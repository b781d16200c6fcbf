import { expect, it } from 'vitest'
import { complainer } from './complain.ts'

it('tells the same trouble once a minute, on one line', () => {
  const lines: string[] = []
  let nowMs = 0
  const log = complainer(
    (text) => lines.push(text),
    () => nowMs,
  )
  for (nowMs = 0; nowMs < 60_000; nowMs += 5000) log.error('collector away', new Error('connect\n ECONNREFUSED'))
  log.warn('other trouble')
  log.info('nothing worth a line')
  expect(lines).toEqual(['toko telemetry: collector away connect ECONNREFUSED\n', 'toko telemetry: other trouble\n'])
  nowMs = 60_000
  log.error('collector away', new Error('connect\n ECONNREFUSED'))
  expect(lines).toHaveLength(3)
})
