import { type ServiceName, serviceNames } from './service-names.ts'

/** A process is named by its service; the one of all services that are not split out is the rest. */
export type ProcessName = ServiceName | 'rest'

export interface ProcessPlan {
  readonly name: ProcessName
  readonly services: readonly ServiceName[]
  /** Folder of its main.ts under services/. */
  readonly folder: string
}

/** Those named run as processes of their own, all others together in one, if there are others. */
export function planProcesses(split: readonly ServiceName[]): ProcessPlan[] {
  const rest = serviceNames.filter((service) => !split.includes(service))
  const own = serviceNames.filter((service) => split.includes(service))
  return [
    ...own.map((service) => ({ name: service, services: [service], folder: service })),
    ...(rest.length > 0 ? [{ name: 'rest' as const, services: rest, folder: 'all' }] : []),
  ]
}
