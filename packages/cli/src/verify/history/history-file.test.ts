import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openHistory, readHistory } from './history-file.ts'
import type { AttemptRecord, IntentRecord } from './record.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'toko-history-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const common = { client: 1, op: 'place', bodyHash: 'b', orderId: null, t0: 1 } as const
const intent = (seq: number): IntentRecord => ({
  ...common,
  type: 'intent',
  seq,
  key: `k${seq}`,
  journey: 'happy',
  userId: 'u',
})
const attempt = (seq: number): AttemptRecord => ({
  ...common,
  type: 'attempt',
  seq,
  key: `k${seq}`,
  t1: 2,
  outcome: 'ok',
  status: 201,
})

it('has what was persisted on the disk, and all before it, while many write at once', async () => {
  const file = join(folder, 'many.jsonl')
  const history = await openHistory(file)
  await Promise.all(
    Array.from({ length: 200 }, async (_, seq) => {
      history.append(attempt(seq))
      await history.persist(intent(seq))
      expect(readFileSync(file, 'utf8')).toContain(`${JSON.stringify(intent(seq))}\n`)
      expect(readFileSync(file, 'utf8')).toContain(`${JSON.stringify(attempt(seq))}\n`)
    }),
  )
  history.append(attempt(999))
  await history.close()
  expect(await readHistory(file)).toEqual(history.records)
})

it('is read as a killed client left it: a line that is cut off counts as never written', async () => {
  const file = join(folder, 'cut.jsonl')
  const history = await openHistory(file)
  await history.persist(intent(1))
  await history.close()
  appendFileSync(file, '{"type":"att')
  expect(await readHistory(file)).toEqual([intent(1)])
  appendFileSync(file, '\n{}\n')
  await expect(readHistory(file)).rejects.toMatchObject({ exitCode: 2 })
})

it('is never written over', async () => {
  const file = join(folder, 'once.jsonl')
  await (await openHistory(file)).close()
  await expect(openHistory(file)).rejects.toMatchObject({ exitCode: 2, message: expect.stringContaining(file) })
})
