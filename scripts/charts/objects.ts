import { parseAllDocuments } from 'yaml'
import type { Container, PodSpec, Probe } from './pod-spec.ts'

export interface Labels {
  readonly [name: string]: string
}
export interface Selector {
  readonly matchLabels?: Labels
  readonly matchExpressions?: readonly {
    readonly key: string
    readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist'
    readonly values?: readonly string[]
  }[]
}
export interface ServicePort {
  readonly name?: string
  readonly port: number
  readonly targetPort?: number | string
}
export interface Metadata {
  readonly name: string
  readonly namespace?: string
  readonly labels?: Labels
  readonly annotations?: Labels
}
interface PodTemplate {
  readonly metadata?: Partial<Metadata>
  readonly spec?: PodSpec
}

export interface Peer {
  readonly podSelector?: Selector
  readonly namespaceSelector?: Selector
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] }
}
export interface PolicyPort {
  readonly port?: number | string
  readonly protocol?: string
}
/** What one rule of a NetworkPolicy lets through. */
export interface Passage {
  readonly from?: readonly Peer[]
  readonly to?: readonly Peer[]
  readonly ports?: readonly PolicyPort[]
}

/** The fields of a rendered object that some rule looks at; all else is there too. */
export interface KubeObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: Metadata
  readonly data?: Labels
  readonly stringData?: Labels
  readonly spec?: {
    readonly replicas?: number
    readonly minReadySeconds?: number
    readonly revisionHistoryLimit?: number
    /** A Service's is a plain map of labels: serviceSelector(). */
    readonly selector?: Selector
    readonly strategy?: { readonly rollingUpdate?: { readonly maxUnavailable?: unknown; readonly maxSurge?: unknown } }
    readonly template?: PodTemplate
    readonly jobTemplate?: { readonly spec?: { readonly template?: PodTemplate } }
    readonly volumeClaimTemplates?: readonly { readonly metadata: Metadata }[]
    readonly ports?: readonly ServicePort[]
    readonly type?: string
    readonly scaleTargetRef?: { readonly kind: string; readonly name: string }
    readonly minReplicas?: number
    readonly maxReplicas?: number
    readonly minAvailable?: unknown
    readonly maxUnavailable?: unknown
    readonly unhealthyPodEvictionPolicy?: string
    readonly podSelector?: Selector
    readonly policyTypes?: readonly string[]
    readonly ingress?: readonly Passage[]
    readonly egress?: readonly Passage[]
  }
}

/** A workload's pods, or a pod by itself: whose they are, their labels and what they hold. */
export interface Pods {
  readonly owner: KubeObject
  readonly labels: Labels
  readonly spec: PodSpec
}

/** @throws Error of the first document that is no YAML */
export function readObjects(text: string): KubeObject[] {
  const documents = parseAllDocuments(text)
  return documents.flatMap((document) => {
    const [error] = document.errors
    if (error) throw error
    const object = document.toJS() as KubeObject | null
    return object === null ? [] : [object]
  })
}

export const nameOf = ({ kind, metadata }: KubeObject): string => `${kind}/${metadata.name}`

export const ofKind = (objects: readonly KubeObject[], ...kinds: readonly string[]): KubeObject[] =>
  objects.filter(({ kind }) => kinds.includes(kind))

export function podsOf(objects: readonly KubeObject[]): Pods[] {
  return objects.flatMap((owner) => {
    if (owner.kind === 'Pod') return [{ owner, labels: owner.metadata.labels ?? {}, spec: owner.spec as PodSpec }]
    const template = owner.spec?.template ?? owner.spec?.jobTemplate?.spec?.template
    return template ? [{ owner, labels: template.metadata?.labels ?? {}, spec: template.spec ?? {} }] : []
  })
}

/** Pods that are meant to go on until somebody ends them. */
export const isLasting = ({ owner }: Pods): boolean => ['Deployment', 'StatefulSet', 'DaemonSet'].includes(owner.kind)

export const containersOf = ({ initContainers = [], containers = [] }: PodSpec): readonly Container[] => [
  ...initContainers,
  ...containers,
]

export const probesOf = ({ startupProbe, readinessProbe, livenessProbe }: Container): Probe[] =>
  [startupProbe, readinessProbe, livenessProbe].filter((probe) => probe !== undefined)

/** An empty selector selects everything. */
export function selects({ matchLabels = {}, matchExpressions = [] }: Selector, labels: Labels): boolean {
  return (
    Object.entries(matchLabels).every(([name, value]) => labels[name] === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      const isListed = key in labels && values.includes(labels[key]!)
      if (operator === 'In') return isListed
      if (operator === 'NotIn') return !isListed
      return key in labels === (operator === 'Exists')
    })
  )
}

/** Labels that a Service asks its pods for. */
export const serviceSelector = ({ spec }: KubeObject): Labels => (spec?.selector ?? {}) as unknown as Labels

export const hasPort = ({ containers = [] }: PodSpec, port: number | string): boolean =>
  containers.some(({ ports = [] }) => ports.some((each) => each.containerPort === port || each.name === port))
