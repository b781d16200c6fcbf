import type { MongodProgress } from '@toko/database'
import type { PrivateBroker } from '@toko/messaging'
import type { OwnMongod } from './own-mongod.ts'
import type { PublicPorts } from './ports.ts'
import type { ProcessName } from './process-plan.ts'
import type { Replica, ReplicaExit } from './replica.ts'
import type { ServiceName } from './service-names.ts'

export interface SplitShopOptions {
  /** Databases, messages and logs; created if absent. */
  readonly folder: string
  /** Holds the secrets; the same folder by default. */
  readonly dataDir?: string
  /** Services that are processes of their own, all others together in one; by default each is one. */
  readonly split?: readonly ServiceName[]
  /** Processes of each kind, or of some; 1 by default. */
  readonly replicas?: number | Partial<Record<ProcessName, number>>
  /** Where clients find the services; free ports by default. */
  readonly ports?: PublicPorts
  /** A RabbitMQ that is there; a private one by default. */
  readonly amqpUrl?: string | undefined
  /** Variables of the services, e.g. `ORDER_SWEEP_EVERY_MS`. */
  readonly env?: Readonly<Record<string, string>>
  /** Further variables of one replica, asked for at each of its starts. */
  readonly envOf?: (process: ProcessName, index: number) => Readonly<Record<string, string>>
  /** Modules that every replica loads first, for tests. */
  readonly preloads?: readonly string[]
  /** Pause between the end of a replica and its next start. */
  readonly restartDelayMs?: number
  /** From findMongod(); looked for when absent. */
  readonly mongodBinary?: string | undefined
  /** Told of each end of a replica that will be started again. */
  readonly onExit?: (replica: Replica, exit: ReplicaExit) => void
  /** What a download of mongod tells. */
  readonly onProgress?: (progress: MongodProgress) => void
  /** Aborted: the start is given up. */
  readonly stopping?: AbortSignal
}

export interface SplitShop {
  /** Of each service's balancer. */
  readonly urls: Readonly<Record<ServiceName, string>>
  readonly folder: string
  readonly replicas: readonly Replica[]
  /** Of each service; services of one process share one. */
  readonly mongods: Readonly<Record<ServiceName, OwnMongod>>
  /** @throws Failure where RabbitMQ was given */
  readonly broker: PrivateBroker
  /** Resolves when every replica answers that it can serve. @throws Failure */
  whenReady(limitMs?: number): Promise<void>
  /**
   * Ends everything: SIGTERM, then SIGKILL for who takes longer than the limit, by default its grace. Resolves with what
   * was not as it should be: a replica that did not end by itself with 0, a process that is left. Empty: all clean.
   */
  stop(limitMs?: number): Promise<string[]>
}
