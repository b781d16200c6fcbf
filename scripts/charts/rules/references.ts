import {
  containersOf,
  hasPort,
  type KubeObject,
  nameOf,
  ofKind,
  type Pods,
  podsOf,
  selects,
  serviceSelector,
} from '../objects.ts'
import type { Container, Volume } from '../pod-spec.ts'

/** Names of Secrets that somebody makes by hand: what values call `existingSecret`. */
export type Given = ReadonlySet<string>

/** Whatever an object names is there: Secrets and ConfigMaps with their keys, accounts, mounts, the pods of a Service. */
export const referenceFaults = (objects: readonly KubeObject[], given: Given): string[] => [
  ...doubledFaults(objects),
  ...podsOf(objects).flatMap((pods) => podFaults(pods, objects, given)),
  ...ofKind(objects, 'Service').flatMap((service) => serviceFaults(service, objects)),
]

function doubledFaults(objects: readonly KubeObject[]): string[] {
  const names = objects.map((object) => `${object.apiVersion} ${nameOf(object)}`)
  return [...new Set(names.filter((name, at) => names.indexOf(name) !== at))].map((name) => `${name} is there twice`)
}

interface Wanted {
  readonly kind: 'Secret' | 'ConfigMap'
  readonly name: string | undefined
  readonly keys: readonly string[]
}

function podFaults({ owner, spec }: Pods, objects: readonly KubeObject[], given: Given): string[] {
  const volumes = spec.volumes ?? []
  const wanted = [...volumes.flatMap(wantedByVolume), ...containersOf(spec).flatMap(wantedByVariables)]
  const claims = (owner.spec?.volumeClaimTemplates ?? []).map(({ metadata }) => metadata.name)
  const mountable = new Set([...volumes.map(({ name }) => name), ...claims])
  const mounts = containersOf(spec).flatMap(({ volumeMounts = [] }) => volumeMounts.map(({ name }) => name))
  const account = spec.serviceAccountName
  const hasAccount = ofKind(objects, 'ServiceAccount').some(({ metadata }) => metadata.name === account)
  return [
    ...wanted.flatMap((want) => missing(want, objects, given)),
    ...mounts.filter((name) => !mountable.has(name)).map((name) => `mounts ${name}, which is no volume`),
    ...[...mountable].filter((name) => !mounts.includes(name)).map((name) => `never mounts its volume ${name}`),
    ...(account === undefined || hasAccount ? [] : [`has the service account ${account}, which nobody makes`]),
    ...(spec.imagePullSecrets ?? []).flatMap(({ name }) => missing({ kind: 'Secret', name, keys: [] }, objects, given)),
  ].map((fault) => `${nameOf(owner)} ${fault}`)
}

function missing({ kind, name, keys }: Wanted, objects: readonly KubeObject[], given: Given): string[] {
  if (kind === 'Secret' && given.has(name ?? '')) return []
  const found = objects.find((object) => object.kind === kind && object.metadata.name === name)
  if (found === undefined) return [`needs the ${kind} ${name}, which nobody makes`]
  const has = { ...found.data, ...found.stringData }
  return keys.filter((key) => !(key in has)).map((key) => `needs the key ${key} of the ${kind} ${name}`)
}

type Named = {
  readonly name?: string
  readonly secretName?: string
  readonly items?: readonly { readonly key: string }[]
}

const wants = (kind: Wanted['kind'], from: (Named & { readonly optional?: boolean }) | undefined): Wanted[] =>
  from === undefined || from.optional
    ? []
    : [{ kind, name: from.secretName ?? from.name, keys: (from.items ?? []).map(({ key }) => key) }]

const wantedByVolume = ({ secret, configMap, projected }: Volume): Wanted[] => [
  ...wants('Secret', secret),
  ...wants('ConfigMap', configMap),
  ...(projected?.sources ?? []).flatMap((source) => [
    ...wants('Secret', source.secret),
    ...wants('ConfigMap', source.configMap),
  ]),
]

const wantedByVariables = ({ env = [], envFrom = [] }: Container): Wanted[] => [
  ...env.flatMap(({ valueFrom }) => [
    ...wantedKey('Secret', valueFrom?.secretKeyRef),
    ...wantedKey('ConfigMap', valueFrom?.configMapKeyRef),
  ]),
  ...envFrom.flatMap(({ secretRef, configMapRef }) => [
    ...wants('Secret', secretRef),
    ...wants('ConfigMap', configMapRef),
  ]),
]

const wantedKey = (
  kind: Wanted['kind'],
  from: { readonly name?: string; readonly key?: string; readonly optional?: boolean } | undefined,
): Wanted[] => wants(kind, from).map((want) => ({ ...want, keys: from?.key === undefined ? [] : [from.key] }))

function serviceFaults(service: KubeObject, objects: readonly KubeObject[]): string[] {
  const { ports = [] } = service.spec ?? {}
  const matchLabels = serviceSelector(service)
  const behind = podsOf(objects).filter(({ labels }) => selects({ matchLabels }, labels))
  if (Object.keys(matchLabels).length === 0 || behind.length === 0) return [`${nameOf(service)} selects no pods`]
  return ports
    .map(({ port, targetPort }) => targetPort ?? port)
    .filter((port) => !behind.every(({ spec }) => hasPort(spec, port)))
    .map((port) => `${nameOf(service)} leads to port ${port}, which its pods do not declare`)
}
