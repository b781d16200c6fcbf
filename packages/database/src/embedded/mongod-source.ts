/** What a download tells while it runs, for a progress bar. */
export interface MongodProgress {
  readonly source: string
  readonly step: 'downloading' | 'verifying' | 'unpacking'
  readonly receivedBytes?: number
  readonly totalBytes?: number
}

export interface SourceContext {
  /** Shared by all projects of the user; created when something is put into it. */
  readonly cacheDir: string
  readonly progress: (step: MongodProgress) => void
}

/** A place where a mongod may come from. */
export interface MongodSource {
  readonly name: string
  /** Paths to try, best first; none when there is nothing. Rejects with the reason when getting one failed. */
  candidates(context: SourceContext): Promise<string[]>
}
