import type { ImportStatus, ProductImport } from '@toko/contracts'

interface RowError {
  readonly line: number
  readonly sku: string | null
  readonly message: string
}

/** A CSV import. The document alone says how far it is, so that any replica goes on with it after a crash. */
export interface ImportJob {
  readonly _id: string
  readonly rev: number
  readonly status: ImportStatus
  readonly actor: string
  readonly text: string
  readonly rows: number
  /** Rows that are finished; those before it are never touched again. */
  readonly done: number
  readonly created: number
  readonly updated: number
  readonly failed: number
  readonly errors: readonly RowError[]
  /** ms; the lease of the worker, absent when finished. */
  readonly nextAttemptAt?: number
  readonly createdAt: Date
  readonly updatedAt: Date
}

export type RowOutcome =
  | { readonly kind: 'created' | 'updated' }
  | { readonly kind: 'failed'; readonly error: RowError }

/** Keeps a hostile file from making a large document. */
const maxErrors = 200

/** The job after these further rows. */
export function afterRows(job: ImportJob, outcomes: readonly RowOutcome[]): Progress {
  const count = (kind: RowOutcome['kind']) => outcomes.filter((outcome) => outcome.kind === kind).length
  const errors = outcomes.flatMap((outcome) => (outcome.kind === 'failed' ? [outcome.error] : []))
  const done = job.done + outcomes.length
  return {
    status: done >= job.rows ? 'finished' : 'running',
    done,
    created: job.created + count('created'),
    updated: job.updated + count('updated'),
    failed: job.failed + errors.length,
    errors: [...job.errors, ...errors].slice(0, maxErrors),
  }
}

export type Progress = Pick<ImportJob, 'status' | 'done' | 'created' | 'updated' | 'failed' | 'errors'>

export function viewImport(job: ImportJob): ProductImport {
  return {
    id: job._id,
    status: job.status,
    rows: job.rows,
    done: job.done,
    created: job.created,
    updated: job.updated,
    failed: job.failed,
    errors: [...job.errors],
    createdAt: job.createdAt.toISOString(),
    updatedAt: job.updatedAt.toISOString(),
  }
}
