/** One place that a mutant changes. */
export interface Patch {
  /** From the root of the repository. */
  readonly file: string
  /** Occurs exactly once in the file. */
  readonly find: string
  readonly replace: string
}

/** A rule broken on purpose. A check that lets it pass proves nothing. */
export interface Mutant {
  readonly name: string
  /** The rule or invariant that is given up. */
  readonly rule: string
  /** What the code does instead. */
  readonly what: string
  readonly patches: readonly Patch[]
}
