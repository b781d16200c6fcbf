import type { Objective } from '../slo/objectives.ts'

export interface PromQuery {
  readonly expr: string
  readonly legend?: string
  /** Only the newest value: stats and tables. */
  readonly instant?: boolean
  /** Dots that lead to the trace of one request. */
  readonly exemplars?: boolean
}

/** Whose series a panel shows: a test without a broker, collector or kubelet leaves those panels out, and says so. */
export type Source = 'services' | 'broker' | 'mongodb' | 'collector' | 'prometheus' | 'kubelet'

interface Described {
  readonly title: string
  /** What it shows, and what to do when it is red. */
  readonly description: string
  /** Of 24 columns. */
  readonly width: number
  readonly height?: number
}

/** Numbers over time, the newest number, or a table of them. */
export interface MetricPanel extends Described {
  readonly kind: 'timeseries' | 'stat' | 'table'
  /** Grafana's name of a unit. */
  readonly unit: string
  readonly queries: readonly PromQuery[]
  readonly source?: Source
  /** Red from here on; `below` turns it round. */
  readonly red?: { readonly at: number; readonly below?: boolean }
  readonly max?: number
  readonly noValue?: string
  /** Nothing to see is good: which fault fills it. */
  readonly emptyUnless?: string
  /** Data link of each row or point. */
  readonly link?: { readonly title: string; readonly url: string }
}

export interface TracePanel extends Described {
  readonly kind: 'traces'
  /** Jaeger's search: service, and tags as it writes them. */
  readonly service: string
  readonly tags: string
}

export interface LogPanel extends Described {
  readonly kind: 'logs'
  /** LogQL. */
  readonly expr: string
}

export interface TextPanel extends Described {
  readonly kind: 'text'
  readonly markdown: string
}

export type Panel = MetricPanel | TracePanel | LogPanel | TextPanel

export interface Row {
  readonly title: string
  readonly panels: readonly Panel[]
}

export interface DashboardSpec {
  readonly uid: string
  readonly title: string
  readonly description: string
  readonly rows: readonly Row[]
  /** Also a box for an order's id. */
  readonly asksOrder?: boolean
}

/** Matchers of the variables that every dashboard has. */
export const inShop = 'namespace=~"$namespace"'
export const ofService = `${inShop},service=~"$service"`

/** A number, red where it is anything but 0. */
export const mustBeZero = { unit: 'none', red: { at: 1 }, noValue: '0' } as const

/** Share of good events of an objective over the shown time, per service that has any. */
export const goodShare = ({ bad, events }: Objective): string =>
  `1 - sum by (service) (${bad('$__range', inShop)}) / (sum by (service) (${events('$__range', inShop)}) > 0)`
