import { createReadStream } from 'node:fs'
import { mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'
import { Failure } from '../../io/failure.ts'
import type { HistoryRecord } from './record.ts'

export interface History {
  readonly file: string
  /** Everything so far, in order. */
  readonly records: readonly HistoryRecord[]
  append(record: HistoryRecord): void
  /** Resolves when the record and all before it are on the disk; those who wait at the same time share one flush. */
  persist(record: HistoryRecord): Promise<void>
  /** Writes what is left. Rejects when an earlier line could not be written. */
  close(): Promise<void>
}

/** A new history file, one JSON line per record. @throws Failure when the file exists: a history is evidence */
export async function openHistory(file: string): Promise<History> {
  await mkdir(dirname(file), { recursive: true })
  const handle = await open(file, 'ax', 0o600).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'EEXIST' ? new Failure(`${file} exists: a history is never written over`, 2) : error
  })
  const records: HistoryRecord[] = []
  let waiting: string[] = []
  let last: Promise<void> = Promise.resolve()
  let coming: Promise<void> | undefined

  const write = async () => {
    coming = undefined
    const lines = waiting.join('')
    waiting = []
    await handle.appendFile(lines)
    await handle.datasync()
  }
  /** One write at a time; lines that come meanwhile go with the next. A write that failed fails all after it. */
  const flushed = () => (coming ??= last = last.then(write))
  const append = (record: HistoryRecord) => {
    records.push(record)
    waiting.push(`${JSON.stringify(record)}\n`)
  }
  return {
    file,
    records,
    append,
    persist(record) {
      append(record)
      return flushed()
    },
    async close() {
      try {
        await flushed()
      } finally {
        await handle.close()
      }
    },
  }
}

/** A history as it was left, also by a client that was killed: a last line that is cut off counts as never written. */
export async function readHistory(file: string): Promise<HistoryRecord[]> {
  const records: HistoryRecord[] = []
  let damaged: string | undefined
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })) {
    if (damaged !== undefined) throw new Failure(`${file}: line ${records.length + 1} is no JSON`, 2)
    try {
      records.push(JSON.parse(line) as HistoryRecord)
    } catch {
      damaged = line
    }
  }
  return records
}
