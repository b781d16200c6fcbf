import { eventually } from '@toko/testkit'
import { cluster, kubectl } from './kubectl.ts'
import { run } from './run.ts'

const manifest = 'kube-apiserver.yaml'
const inNode = (script: string) => run('docker', ['exec', `${cluster}-control-plane`, 'sh', '-c', script])
const answers = () => kubectl(['get', '--raw', '/readyz', '--request-timeout=2s'])

/** The kubelet ends the API server when its manifest goes. Resolves when it answers no more. */
export async function stopApiServer(): Promise<void> {
  await inNode(`mv /etc/kubernetes/manifests/${manifest} /root/`)
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

/** Safe to repeat. Resolves when it answers again. */
export async function startApiServer(): Promise<void> {
  await inNode(`[ ! -e /root/${manifest} ] || mv /root/${manifest} /etc/kubernetes/manifests/`)
  await eventually(answers, { timeoutMs: 180_000, everyMs: 1000 })
}
