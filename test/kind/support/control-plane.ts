import { eventually } from '@toko/testkit'
import { cluster, kubectl } from './kubectl.ts'
import { run } from './run.ts'

const inNode = (script: string) => run('docker', ['exec', `${cluster}-control-plane`, 'sh', '-c', script])
const answers = () => kubectl(['get', '--raw', '/readyz', '--request-timeout=2s'])

const manifests = '/etc/kubernetes/manifests'
const away = '/root/control-plane'
// Those that depend on the API server go with it: they would end by themselves, and the kubelet would make them wait.
const parts = 'kube-apiserver.yaml kube-controller-manager.yaml kube-scheduler.yaml'

/** The kubelet ends what has no manifest; only etcd stays. Resolves when the API server answers no more. */
export async function stopControlPlane(): Promise<void> {
  await inNode(`mkdir -p ${away} && cd ${manifests} && mv ${parts} ${away}/`)
  await eventually(
    async () => {
      const isUp = await answers().then(
        () => true,
        () => false,
      )
      if (isUp) throw new Error('the API server still answers')
    },
    { timeoutMs: 90_000, everyMs: 1000 },
  )
}

/** Safe to repeat. Resolves when the API server answers again. */
export async function startControlPlane(): Promise<void> {
  await inNode(`[ ! -d ${away} ] || find ${away} -name '*.yaml' -exec mv {} ${manifests}/ ';'`)
  await eventually(answers, { timeoutMs: 180_000, everyMs: 1000 })
}
