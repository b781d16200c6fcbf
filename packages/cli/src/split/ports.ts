import type { ServiceName } from './service-names.ts'

/** Where a service listens. */
export interface Listener {
  readonly port: number
  readonly adminPort: number
}

/** What people and clients find at a fixed place; 0 is a port that is free. */
export interface PublicPorts {
  readonly services: Readonly<Record<ServiceName, Listener>>
  /** Of the process that holds several services. */
  readonly adminPort: number
}
