/** The parts of Kubernetes' objects that the tests read. */
export interface Named {
  readonly metadata: {
    readonly name: string
    readonly uid: string
    readonly labels?: Readonly<Record<string, string>>
    readonly ownerReferences?: readonly { readonly kind: string; readonly name: string }[]
    readonly creationTimestamp: string
  }
}

export interface Container {
  readonly name: string
  readonly image: string
  readonly ports?: readonly { readonly name?: string; readonly containerPort: number; readonly protocol?: string }[]
}

export interface ContainerStatus {
  readonly name: string
  readonly restartCount: number
  readonly ready: boolean
  readonly state: {
    readonly running?: { readonly startedAt: string }
    readonly terminated?: { readonly exitCode: number }
  }
}

export interface PodSpec {
  readonly containers: readonly Container[]
  readonly volumes?: readonly object[]
}

export interface Pod extends Named {
  readonly spec: PodSpec
  readonly status: {
    readonly phase: string
    readonly podIP?: string
    readonly startTime?: string
    readonly conditions?: readonly {
      readonly type: string
      readonly status: string
      readonly lastTransitionTime: string
    }[]
    readonly containerStatuses?: readonly ContainerStatus[]
    readonly ephemeralContainerStatuses?: readonly ContainerStatus[]
  }
}

/** Deployments, StatefulSets and Jobs. */
export interface Workload extends Named {
  readonly kind: string
  readonly spec: {
    readonly replicas?: number
    readonly volumeClaimTemplates?: readonly { readonly metadata: { readonly name: string } }[]
    readonly template: { readonly metadata?: object; readonly spec: PodSpec }
  }
}

export interface Secret extends Named {
  readonly type: string
  readonly data?: Readonly<Record<string, string>>
}

/** `order-service`, `order-mongodb`, `rabbitmq`: what an object belongs to. */
export const nameOf = ({ metadata }: Named): string => metadata.labels?.['app.kubernetes.io/name'] ?? metadata.name
