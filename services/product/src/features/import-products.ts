import { errors, latestDueMs } from '@toko/contracts'
import { afterRows, type ImportJob, type RowOutcome } from '../domain/import-job.ts'
import type { CsvReader } from '../ports.ts'
import type { ImportStore } from '../store/import-store.ts'
import { importColumns, type ImportDesk, importRow } from './import-row.ts'

export interface Importing extends ImportDesk {
  readonly imports: ImportStore
  readonly csv: CsvReader
  /** A worker that has not written progress for this long is taken for dead. */
  readonly leaseMs: number
  /** Rows between two writes of progress. */
  readonly batch: number
}

const maxRows = 20_000
const known = new Set<string>([...importColumns.required, ...importColumns.optional])

function checkHeader(header: readonly string[]): void {
  const fault = (detail: string) => ({ pointer: '/', code: 'invalid-header', detail })
  const faults = [
    ...importColumns.required
      .filter((name) => !header.includes(name))
      .map((name) => fault(`column ${name} is missing`)),
    ...header.filter((name) => !known.has(name)).map((name) => fault(`column "${name.slice(0, 64)}" is not known`)),
    ...(new Set(header).size === header.length ? [] : [fault('a column is there twice')]),
  ]
  if (faults.length > 0) throw errors.validation({ errors: faults.slice(0, 20) })
}

/** Accepts a file as a job; its rows are worked on afterwards. @throws validation */
export async function startImport(
  { imports, csv, newId, clock }: Importing,
  text: string,
  actor: string,
): Promise<ImportJob> {
  const { header, rows } = csv.read(text)
  checkHeader(header)
  if (rows.length === 0 || rows.length > maxRows)
    throw errors.validation({
      errors: [{ pointer: '/', code: 'rows', detail: `${rows.length} rows; expected 1 to ${maxRows}` }],
    })
  return imports.insert({ _id: newId('imp'), actor, text, rows: rows.length }, clock.now())
}

/** @throws not-found */
export async function viewableImport({ imports }: Importing, id: string): Promise<ImportJob> {
  const job = await imports.get(id)
  if (!job) throw errors.notFound()
  return job
}

/** Works on one job from where its document says, until it is finished, the lease is lost or the process stops. */
async function work(importing: Importing, claimed: ImportJob, stopping?: AbortSignal): Promise<void> {
  const { imports, csv, clock, leaseMs, batch } = importing
  const { header, rows } = csv.read(claimed.text)
  let job: ImportJob | null = claimed
  while (job && job.status !== 'finished') {
    const { actor, _id: importId, done } = job
    const outcomes: RowOutcome[] = []
    for (const row of rows.slice(done, done + batch))
      outcomes.push(await importRow(importing, header, row, { actor, importId }))
    const now = clock.now()
    // A stopping process gives its lease back, so that another goes on at once.
    const leaseUntil = stopping?.aborted ? now : now + leaseMs
    job = await imports.advance(job, afterRows(job, outcomes), leaseUntil, now)
    if (stopping?.aborted) return
  }
}

/** Takes every job that nobody works on (R9): new ones, and those whose worker died. Returns how many it took. */
export async function runImports(importing: Importing, stopping?: AbortSignal): Promise<number> {
  const { imports, clock, leaseMs } = importing
  let taken = 0
  const nowMs = clock.now()
  for (const due of await imports.due(nowMs, 5, latestDueMs(nowMs, leaseMs))) {
    const now = clock.now()
    const claimed = await imports.claim(due, now + leaseMs, now)
    if (!claimed) continue
    taken++
    await work(importing, claimed, stopping)
  }
  return taken
}
