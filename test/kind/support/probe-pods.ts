import { execIn, isReady, runningPods } from './pods.ts'
import { eventually } from '@toko/testkit'
import { serviceNames } from '@toko/cli'
import { apply, kubectl, list, release } from './kubectl.ts'
import type { Pod, Workload } from './objects.ts'

/** Labels by which the tests find their own pods; never those of a service. */
const mark = { 'toko-test': 'probe' }

/** Those of the chart's own jobs: they call the services. */
export const jobLabels = {
  'app.kubernetes.io/name': 'toko-cli',
  'app.kubernetes.io/instance': release,
  'app.kubernetes.io/component': 'job',
  ...Object.fromEntries(serviceNames.map((name) => [`calls.toko/${name}-service`, 'true'])),
}

/** A pod that the restricted standard lets in, and that waits for what it is told to run. */
export const restrictedPod = (name: string, image: string, labels: Readonly<Record<string, string>> = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, labels: { ...mark, ...labels } },
  spec: {
    automountServiceAccountToken: false,
    terminationGracePeriodSeconds: 0,
    securityContext: { runAsNonRoot: true, runAsUser: 10001, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [
      {
        name: 'probe',
        image,
        imagePullPolicy: 'IfNotPresent',
        command: ['node', '--eval', 'setInterval(() => {}, 1e6)'],
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        },
        resources: { requests: { cpu: '10m', memory: '64Mi' }, limits: { memory: '128Mi' } },
      },
    ],
  },
})

/** The image that the order service runs: Node is in it, and the cluster has it. */
export async function nodeImage(): Promise<string> {
  const [order] = await list<Workload>('deployments', 'app.kubernetes.io/name=order-service')
  if (!order) throw new Error('no order service in the cluster: make up')
  return order.spec.template.spec.containers[0]!.image
}

/** Starts such pods and waits until they run and the policies of the namespace hold them. */
export async function startProbes(pods: readonly object[], namespace?: string): Promise<Pod[]> {
  const where = namespace ? { namespace } : {}
  await apply(pods, where)
  const started = await eventually(
    async () => {
      const found = await runningPods('toko-test=probe', namespace)
      if (found.length < pods.length || !found.every(isReady)) throw new Error('the probe pods do not run yet')
      return found
    },
    { timeoutMs: 60_000, everyMs: 500 },
  )
  // The engine of the policies learns of a pod a moment after its start.
  for (const { metadata } of started)
    await execIn(metadata.name, ['node', '--eval', 'setTimeout(() => {}, 2000)'], namespace)
  return started
}

export const removeProbes = (namespace?: string) =>
  kubectl(
    ['delete', 'pods', '--selector=toko-test=probe', '--ignore-not-found', '--wait=true'],
    namespace ? { namespace } : {},
  )
