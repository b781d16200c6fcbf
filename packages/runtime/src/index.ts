export { adminListener } from './admin-listener.ts'
export { type Background, background } from './background.ts'
export { type Clock, systemClock } from './clock.ts'
export { ConfigError, type ConfigOf, type Environment, loadConfig, variableName } from './config.ts'
export { fields } from './config-fields.ts'
export { type Deadline, deadlineIn } from './deadline.ts'
export { closeServer, listen, PortInUseError } from './listen.ts'
export { createLogger, type Logger, type LogLevel } from './logger.ts'
export {
  createMetrics,
  latencyBuckets,
  type MetricCounter,
  type MetricGauge,
  type MetricHistogram,
  type Metrics,
} from './metrics.ts'
export { composeParts, type Part, type Service } from './part.ts'
export { repeat } from './repeat.ts'
export { inRequestContext, outsideRequest, type RequestContext, requestContext } from './request-context.ts'
export { type Process, run } from './run.ts'
export { type ServiceConfig, serviceFields } from './service-fields.ts'
export { UserFaultError } from './user-fault.ts'
