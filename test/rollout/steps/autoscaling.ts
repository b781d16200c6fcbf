import { eventually } from '@toko/testkit'
import { kubectl, list } from '../../kind/support/kubectl.ts'
import { isReady, runningPods } from '../../kind/support/pods.ts'
import type { Workload } from '../../kind/support/objects.ts'
import { root } from '../../kind/support/scripts.ts'
import { allAvailable } from './deployments.ts'
import { type Release, upgrade } from './releases.ts'
import type { Step } from './step.ts'

const services = ['product', 'order']
const folder = `${root}k8s/metrics-server/`
const limitS = 180
const system = { namespace: 'kube-system', timeoutMs: (limitS + 10) * 1000 }

/** Tells autoscalers what pods use. Its API comes last: the API server would keep a connection made before the Service led anywhere. */
async function startMetricsServer(): Promise<void> {
  await kubectl(['apply', '--filename', `${folder}server.yaml`], system)
  await kubectl(['rollout', 'status', 'deployment/metrics-server', `--timeout=${limitS}s`], system)
  await kubectl(['apply', '--filename', `${folder}api.yaml`], system)
  const available = ['--for=condition=Available', 'apiservice/v1beta1.metrics.k8s.io']
  await kubectl(['wait', ...available, `--timeout=${limitS}s`], system)
}

const set = (release: Release, values: Readonly<Record<string, boolean | number>>) =>
  upgrade(
    release,
    services.flatMap((service) =>
      Object.entries(values).flatMap(([key, value]) => ['--set', `${service}.autoscaling.${key}=${value}`]),
    ),
  )

/** Any load is more than 5 % of what a pod asks for, so they grow to `most`. */
async function scaledTo(most: number, release: Release): Promise<void> {
  await set(release, { enabled: true, minReplicas: 2, maxReplicas: most, cpuPercent: 5 })
  for (const service of services)
    await eventually(
      async () => {
        const pods = await runningPods(`app.kubernetes.io/name=${service}-service`)
        const ready = pods.filter(isReady).length
        if (ready !== most || pods.length !== most) throw new Error(`${service}: ${ready} of ${pods.length} pods ready`)
      },
      { timeoutMs: limitS * 1000, everyMs: 1000 },
    )
}

/** Pods come and go by a HorizontalPodAutoscaler. */
export const autoscaling = (release: Release): Step[] => [
  {
    name: `an autoscaler adds a pod to ${services.join(' and ')}`,
    async run() {
      await startMetricsServer()
      await scaledTo(3, release)
    },
  },
  { name: 'the autoscaler takes it away', run: () => scaledTo(2, release) },
  {
    name: 'autoscaling is switched off',
    async run() {
      await set(release, { enabled: false })
      await allAvailable()
      const left = await list<Workload>('horizontalpodautoscalers')
      if (left.length > 0) throw new Error(`still there: ${left.map(({ metadata }) => metadata.name).join(', ')}`)
    },
  },
]
