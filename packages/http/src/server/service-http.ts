import type { Express } from 'express'
import { adminListener, composeParts, type Part, type ServiceConfig } from '@toko/runtime'
import { type AppOptions, createApp } from './create-app.ts'
import { httpListener } from './http-listener.ts'
import { loadGauge } from './shedding.ts'

interface ServiceHttpOptions extends Omit<
  AppOptions,
  'service' | 'load' | 'trustedProxies' | 'checksAnswers' | 'budgetFactor'
> {
  /** Rejects with the reason when the service's database can't be reached. */
  readonly ready: () => Promise<void> | void
}

export interface ServiceHttp {
  readonly app: Express
  /** First of a service's parts: alive and not ready while the others start. */
  readonly admin: Part
  /** Last of a service's parts: clients come when everything else works, and go first. */
  readonly listener: Part
  port(): number
  adminPort(): number
}

/** The HTTP side of a service from its configuration: application, load shedding, public and admin listener. */
export function serviceHttp(
  service: string,
  config: ServiceConfig,
  { ready, ...options }: ServiceHttpOptions,
): ServiceHttp {
  const load = loadGauge(config)
  const { trustedProxies, checksAnswers, budgetFactor, host, port, adminHost, adminPort } = config
  const app = createApp({ ...options, service, load, trustedProxies, checksAnswers, budgetFactor })
  const http = httpListener({ service, host, port, app })
  const admin = adminListener({
    service,
    host: adminHost,
    port: adminPort,
    metrics: options.metrics,
    // The database is there a while before the indexes are and the port opens.
    ready: async (excluded) => {
      await http.ready?.()
      if (!excluded.has('database')) await ready()
    },
  })
  return {
    app,
    admin,
    listener: composeParts(`${service} http`, [load, http]),
    port: http.port,
    adminPort: admin.port,
  }
}
