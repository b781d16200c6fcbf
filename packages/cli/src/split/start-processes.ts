import { join } from 'node:path'
import { places } from '../places.ts'
import type { BalancedTarget } from './balancer.ts'
import { freePort } from './free-port.ts'
import { folderVariable } from './left-over.ts'
import type { Listener } from './ports.ts'
import type { ProcessPlan } from './process-plan.ts'
import { type Listeners, type Replica, startReplica } from './replica.ts'
import { restEnvironment } from './rest-environment.ts'
import type { Secrets } from './secrets.ts'
import { serviceEnvironment, type Variables } from './service-environment.ts'
import type { ServiceName } from './service-names.ts'
import type { SplitShopOptions } from './split-shop.ts'
import type { Stores } from './start-stores.ts'

interface ProcessesOptions extends SplitShopOptions {
  readonly plans: readonly ProcessPlan[]
  readonly dataDir: string
  readonly secrets: Secrets
  readonly urls: Readonly<Record<ServiceName, string>>
  readonly stores: Stores
  /** Of each service's balancer; what is started is added. */
  readonly targets: Readonly<Record<ServiceName, BalancedTarget[]>>
  /** What is started is added. */
  readonly started: Replica[]
}

const countOf = (replicas: SplitShopOptions['replicas'], { name }: ProcessPlan) =>
  typeof replicas === 'number' ? replicas : (replicas?.[name] ?? 1)

/** Starts the replicas of every planned process, behind their balancers. The first one's admin ports are the public ones. */
export async function startProcesses(options: ProcessesOptions): Promise<void> {
  const { plans, targets, started, ports } = options
  const taken = new Set<number>()
  for (const plan of plans)
    for (let index = 0; index < countOf(options.replicas, plan); index++) {
      const portOr = async (wanted: number | undefined) => (index === 0 && wanted) || freePort(taken)
      const entries: [ServiceName, Listener][] = []
      for (const service of plan.services) {
        const adminPort = await portOr(ports?.services[service].adminPort)
        entries.push([service, { port: await freePort(taken), adminPort }])
      }
      const listeners: Listeners = Object.fromEntries(entries)
      const adminPort = plan.name === 'rest' ? await portOr(ports?.adminPort) : entries[0]![1].adminPort
      const environment = environmentOf(plan, listeners, adminPort, options)
      const replica = startReplica({
        service: plan.name,
        index,
        main: join(places.root, 'services', plan.folder, 'src/main.ts'),
        listeners,
        adminPort,
        logFile: join(options.folder, 'logs', `${plan.name}-${index}.log`),
        restartDelayMs: options.restartDelayMs ?? 1000,
        preloads: options.preloads ?? [],
        onExit: options.onExit ?? (() => {}),
        environment: () => ({
          PATH: process.env['PATH'] ?? '',
          [folderVariable]: options.folder,
          ...environment,
          ...options.env,
          ...options.envOf?.(plan.name, index),
        }),
      })
      started.push(replica)
      for (const [service, { port }] of entries)
        targets[service].push({
          port,
          get isReady() {
            return replica.isReady
          },
        })
    }
}

function environmentOf(
  { name }: ProcessPlan,
  listeners: Listeners,
  adminPort: number,
  { urls, secrets, dataDir, stores, amqpUrl }: ProcessesOptions,
): Variables {
  const around = { urls, mongoUrl: stores.mongods.get(name)!.url(), amqpUrl: amqpUrl ?? stores.broker!.url }
  return name === 'rest'
    ? restEnvironment(listeners, { ...around, dataDir, adminPort })
    : serviceEnvironment(name, listeners[name]!, { ...around, secrets })
}
