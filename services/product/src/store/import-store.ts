import type { ImportJob, Progress } from '../domain/import-job.ts'

/** Import jobs. Adapter: mongo-import-store.ts. */
export interface ImportStore {
  insert(job: Pick<ImportJob, '_id' | 'actor' | 'text' | 'rows'>, nowMs: number): Promise<ImportJob>
  get(id: string): Promise<ImportJob | null>
  /** Reads only; also those due after `latestMs`, which only a wrong clock can have set. */
  due(nowMs: number, limit: number, latestMs: number): Promise<ImportJob[]>
  /** Takes a due job until `leaseUntil`; null when another worker was faster. */
  claim(job: ImportJob, leaseUntil: number, nowMs: number): Promise<ImportJob | null>
  /** Writes progress if the job is still at `job.rev`; a worker that lost its lease gets null and stops. */
  advance(job: ImportJob, progress: Progress, leaseUntil: number, nowMs: number): Promise<ImportJob | null>
}
