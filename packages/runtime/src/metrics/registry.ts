import type { LabelsOf, MetricDefinition, MetricType } from './define.ts'
import { callMetrics } from './names/calls.ts'
import { messageMetrics } from './names/messages.ts'
import { orderMetrics } from './names/orders.ts'
import { paymentMetrics, productMetrics, userMetrics } from './names/neighbours.ts'
import { processMetrics } from './names/process.ts'

/**
 * Every metric of the shop by name: type, unit, help, labels, bounds. Services can export no other, and dashboards, rules
 * and tests read the same table. Each series has the label `service` too. docs/observability.md explains them.
 */
export const metricRegistry = {
  ...callMetrics,
  ...messageMetrics,
  ...orderMetrics,
  ...productMetrics,
  ...paymentMetrics,
  ...userMetrics,
  ...processMetrics,
}

type Registry = typeof metricRegistry
export type MetricName = keyof Registry

/** Names of one type. */
export type NameOf<T extends MetricType> = {
  [N in MetricName]: Registry[N] extends MetricDefinition<T, infer _> ? N : never
}[MetricName]

/** Labels of a metric, as they are given with each value. */
export type MetricLabels<N extends MetricName> =
  Registry[N] extends MetricDefinition<MetricType, infer L> ? LabelsOf<L> : never

/** The same, for code that has a name as a text. */
export const definitionOf = (name: MetricName): MetricDefinition => metricRegistry[name]
