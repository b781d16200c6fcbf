/** The fields of a pod that some rule looks at. */
export interface PodSpec {
  readonly serviceAccountName?: string
  readonly automountServiceAccountToken?: boolean
  readonly hostNetwork?: boolean
  readonly hostPID?: boolean
  readonly hostIPC?: boolean
  readonly terminationGracePeriodSeconds?: number
  readonly securityContext?: SecurityContext
  readonly initContainers?: readonly Container[]
  readonly containers?: readonly Container[]
  readonly volumes?: readonly Volume[]
  readonly topologySpreadConstraints?: readonly unknown[]
  readonly affinity?: unknown
  readonly imagePullSecrets?: readonly Reference[]
}

export interface SecurityContext {
  readonly runAsNonRoot?: boolean
  readonly runAsUser?: number
  readonly fsGroup?: number
  readonly seccompProfile?: { readonly type?: string }
  readonly privileged?: boolean
  readonly allowPrivilegeEscalation?: boolean
  readonly readOnlyRootFilesystem?: boolean
  readonly capabilities?: { readonly drop?: readonly string[]; readonly add?: readonly string[] }
}

export interface Reference {
  readonly name?: string
  readonly key?: string
  readonly optional?: boolean
}

export interface Variable {
  readonly name: string
  readonly value?: string
  readonly valueFrom?: { readonly secretKeyRef?: Reference; readonly configMapKeyRef?: Reference }
}

export interface Probe {
  readonly httpGet?: { readonly path?: string; readonly port: number | string }
  readonly tcpSocket?: { readonly port: number | string }
  readonly initialDelaySeconds?: number
  readonly timeoutSeconds?: number
  readonly exec?: unknown
  readonly grpc?: { readonly port: number }
}

export interface Container {
  readonly name: string
  readonly image?: string
  readonly imagePullPolicy?: string
  readonly command?: readonly string[]
  readonly args?: readonly string[]
  readonly env?: readonly Variable[]
  readonly envFrom?: readonly { readonly secretRef?: Reference; readonly configMapRef?: Reference }[]
  readonly ports?: readonly { readonly name?: string; readonly containerPort: number; readonly hostPort?: number }[]
  readonly resources?: { readonly requests?: Quantities; readonly limits?: Quantities }
  readonly securityContext?: SecurityContext
  readonly startupProbe?: Probe
  readonly readinessProbe?: Probe
  readonly livenessProbe?: Probe
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string; readonly subPath?: string }[]
  readonly lifecycle?: { readonly preStop?: { readonly sleep?: { readonly seconds: number } } }
}

export interface Quantities {
  readonly [resource: string]: number | string
}

interface Items {
  readonly items?: readonly { readonly key: string; readonly path: string }[]
  readonly optional?: boolean
}

export interface Volume {
  readonly name: string
  readonly emptyDir?: { readonly sizeLimit?: string }
  readonly secret?: Items & { readonly secretName: string }
  readonly configMap?: Items & Reference
  readonly projected?: {
    readonly sources?: readonly { readonly secret?: Items & Reference; readonly configMap?: Items & Reference }[]
  }
  readonly persistentVolumeClaim?: { readonly claimName: string }
}
