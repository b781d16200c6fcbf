import { serviceNames } from '@toko/cli'
import { kubectl, list } from '../../kind/support/kubectl.ts'
import type { Pod } from '../../kind/support/objects.ts'
import type { Step } from './step.ts'

const deployments = serviceNames.map((name) => `${name}-service`)
const selectorOf = (deployment: string) => `app.kubernetes.io/name=${deployment}`

const waitS = 300

/** Every replica of the present version is available, and none of an earlier one is left. */
async function available(deployment: string): Promise<void> {
  const args = ['rollout', 'status', `deployment/${deployment}`, `--timeout=${waitS}s`]
  await kubectl(args, { timeoutMs: (waitS + 10) * 1000 })
}

export async function allAvailable(): Promise<void> {
  for (const deployment of deployments) await available(deployment)
}

/** `kubectl rollout restart`: new pods first, then the old ones go. */
export const restarts = (times: number): Step[] =>
  deployments.flatMap((deployment) =>
    Array.from({ length: times }, (_, n) => ({
      name: `restart of ${deployment}, ${n + 1} of ${times}`,
      async run() {
        await kubectl(['rollout', 'restart', `deployment/${deployment}`])
        await available(deployment)
      },
    })),
  )

/** One pod after the other, as a person or an autoscaler takes them away: no new one is there before. */
export const podDeletions = (): Step[] =>
  deployments.map((deployment) => ({
    name: `deletion of each pod of ${deployment}`,
    async run() {
      for (const { metadata } of await list<Pod>('pods', selectorOf(deployment))) {
        await kubectl(['delete', 'pod', metadata.name, '--wait=false'])
        await gone(metadata.uid, deployment)
        await available(deployment)
      }
    },
  }))

/** Until its replacement counts: before that `available` may still see the one that goes. */
async function gone(uid: string, deployment: string): Promise<void> {
  for (let tries = 0; tries < waitS; tries++) {
    const pods = await list<Pod>('pods', selectorOf(deployment))
    if (pods.every(({ metadata }) => metadata.uid !== uid)) return
    await new Promise((resolve) => setTimeout(resolve, 1000))
  }
  throw new Error(`a deleted pod of ${deployment} is still there after ${waitS} s`)
}
