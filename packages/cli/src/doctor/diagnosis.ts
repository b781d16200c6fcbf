/** One thing that the doctor looked at; `advice` says what to do about it. */
export interface Diagnosis {
  readonly what: string
  readonly state: 'ok' | 'warn' | 'fail'
  readonly found: string
  readonly advice?: string
}
