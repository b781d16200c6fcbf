import { type KubeObject, ofKind, type Pods } from './objects.ts'
import type { Container, Volume } from './pod-spec.ts'

/** Paths in a container of the single keys of Secrets and ConfigMaps that its pod mounts. */
export function givenFiles({ volumeMounts = [] }: Container, { spec }: Pods): string[] {
  return volumeMounts.flatMap(({ name, mountPath }) => {
    const volume = spec.volumes?.find((each) => each.name === name)
    return volume ? itemsOf(volume).map(({ path }) => `${mountPath}/${path}`) : []
  })
}

const itemsOf = ({ secret, configMap, projected }: Volume) => [
  ...(secret?.items ?? []),
  ...(configMap?.items ?? []),
  ...(projected?.sources ?? []).flatMap((source) => [
    ...(source.secret?.items ?? []),
    ...(source.configMap?.items ?? []),
  ]),
]

/** All that a container is told to run: its command, its arguments, its variables' values, the ConfigMaps that its pod mounts. */
export function textsOf(
  { command = [], args = [], env = [] }: Container,
  { spec }: Pods,
  objects: readonly KubeObject[],
): string {
  const names = (spec.volumes ?? []).flatMap(({ configMap, projected }) => [
    configMap?.name,
    ...(projected?.sources ?? []).map((source) => source.configMap?.name),
  ])
  const maps = ofKind(objects, 'ConfigMap').filter(({ metadata }) => names.includes(metadata.name))
  const values = env.map(({ value = '' }) => value)
  return [...command, ...args, ...values, ...maps.flatMap(({ data = {} }) => Object.values(data))].join('\n')
}
