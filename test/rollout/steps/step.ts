/** Something that is done to the shop under load, and must not be noticed by its clients. */
export interface Step {
  readonly name: string
  /** Resolves once the shop is whole again. */
  readonly run: () => Promise<void>
}

/** What became of one. */
export interface StepResult {
  readonly name: string
  readonly seconds: number
  readonly fault?: string
}
