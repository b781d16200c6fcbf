import { containersOf, type KubeObject, nameOf, type Pods, podsOf } from '../objects.ts'
import type { Container, SecurityContext } from '../pod-spec.ts'

const volumeKinds = new Set(['configMap', 'secret', 'emptyDir', 'projected', 'downwardAPI', 'persistentVolumeClaim'])

/** Pod security `restricted`, and what toko asks of a pod beyond it. */
export const restrictedFaults = (objects: readonly KubeObject[]): string[] => podsOf(objects).flatMap(podFaults)

function podFaults(pods: Pods): string[] {
  const { owner, spec } = pods
  const says = (isRight: boolean, message: string) => (isRight ? [] : [`${nameOf(owner)} ${message}`])
  const volumes = (spec.volumes ?? []).flatMap(({ name, ...kinds }) => [
    ...says(
      Object.keys(kinds).every((kind) => volumeKinds.has(kind)),
      `has the volume ${name} of a kind that restricted refuses`,
    ),
    ...says(
      kinds.emptyDir === undefined || kinds.emptyDir.sizeLimit !== undefined,
      `has the emptyDir ${name} without a sizeLimit`,
    ),
  ])
  return [
    ...says(spec.automountServiceAccountToken === false, 'mounts a token of the API'),
    ...says(!['', 'default', undefined].includes(spec.serviceAccountName), 'has no service account of its own'),
    ...says(!spec.hostNetwork && !spec.hostPID && !spec.hostIPC, 'shares a namespace of the host'),
    ...volumes,
    ...containersOf(spec).flatMap((container) =>
      containerFaults(container, spec.securityContext ?? {}).map((fault) => `${nameOf(owner)} ${fault}`),
    ),
  ]
}

/** A container's own settings win over its pod's. */
function containerFaults(container: Container, ofPod: SecurityContext): string[] {
  const context = { ...ofPod, ...container.securityContext }
  const says = (isRight: boolean, message: string) => (isRight ? [] : [`${container.name} ${message}`])
  return [
    ...says(context.runAsNonRoot === true, 'may run as root'),
    ...says((context.runAsUser ?? 0) > 0, 'has no user by number, or root'),
    ...says(context.seccompProfile?.type === 'RuntimeDefault', 'has no seccomp profile RuntimeDefault'),
    ...says(context.privileged !== true && context.allowPrivilegeEscalation === false, 'may gain privileges'),
    ...says(context.readOnlyRootFilesystem === true, 'can write to its root file system'),
    ...says(context.capabilities?.drop?.includes('ALL') ?? false, 'keeps capabilities'),
    ...says((context.capabilities?.add ?? []).length === 0, 'adds capabilities'),
    ...says(
      (container.ports ?? []).every(({ hostPort }) => hostPort === undefined),
      'takes a port of the host',
    ),
  ]
}
