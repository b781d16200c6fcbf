/** A rule as Prometheus reads it, without the name that tells its kind. */
interface Rule {
  readonly expr: string
  readonly labels?: Readonly<Record<string, string>>
}
export interface RecordingRule extends Rule {
  readonly record: string
}

/** Page: somebody gets up. Ticket: somebody looks in office hours. None: a machine listens. */
export type Severity = 'page' | 'ticket' | 'none'

export type DashboardUid =
  | 'toko-overview'
  | 'toko-service'
  | 'toko-messaging'
  | 'toko-errors'
  | 'toko-order-story'
  | 'toko-platform'

/** What somebody who was woken reads first. Texts may use `{{ $labels.x }}`. */
export interface Alert extends Rule {
  readonly alert: string
  readonly severity: Severity
  /** What production waits before it fires; a quicker pace waits less. */
  readonly forSeconds: number
  readonly labels?: Readonly<Record<string, string>>
  readonly summary: string
  /** What it means and what to look at first. */
  readonly description: string
  readonly dashboard: DashboardUid
  /** File of docs/runbooks; its heading is the alert's name. */
  readonly runbook: string
  /** Series that make it fire and that just do not, for its unit tests. */
  readonly proof: Proof
}

/**
 * What makes an alert fire and what just does not, for its unit tests. Series are selectors with the labels that the alert
 * keeps, but for those in `drops`; `beside` are series without which the expression has no value.
 */
export type Proof =
  | { readonly kind: 'burn' }
  | (Sample & { readonly kind: 'level' })
  /** A counter: `firing` and `quiet` are its rise in a minute. */
  | (Sample & { readonly kind: 'increase' })
  | { readonly kind: 'absence'; readonly series: string }
  | { readonly kind: 'always' }

export interface Sample {
  readonly series: string
  readonly drops?: readonly string[]
  readonly firing: number
  readonly quiet: number
  readonly beside?: Readonly<Record<string, number>>
}
