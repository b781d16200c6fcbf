import { helm } from '../../kind/support/helm.ts'
import { runningPods } from '../../kind/support/pods.ts'
import { changedServices } from '../next-version/patches.ts'
import { allAvailable } from './deployments.ts'
import type { Step } from './step.ts'

const waited = ['--wait', '--timeout', '5m']

export interface Release {
  readonly name: string
  /** Packaged chart, as it was installed. */
  readonly chart: string
}
/** Other values by flags, all else as it is; waits until it is there. */
export const upgrade = ({ name, chart }: Release, flags: readonly string[]) =>
  helm(['upgrade', name, chart, '--reuse-values', ...flags, ...waited])

interface NextRelease extends Release {
  /** Tag of the images with the addition. */
  readonly nextTag: string
}

/** To images that add optional members to documents, messages and answers, and an index; and back, with what they wrote still there. */
export const upgradeAndRollback = ({ nextTag, ...release }: NextRelease): Step[] => [
  {
    name: `upgrade of ${changedServices.join(' and ')} with additions to their schema`,
    async run() {
      const images = changedServices.flatMap((service) => ['--set-string', `${service}.image.tag=${nextTag}`])
      await upgrade(release, images)
      await allAvailable()
      await requireImages(nextTag, true)
    },
  },
  {
    name: 'rollback',
    async run() {
      await helm(['rollback', release.name, ...waited])
      await allAvailable()
      await requireImages(nextTag, false)
    },
  },
]

/** @throws Error when the pods of the changed services do not run what they should: the step would have shown nothing */
async function requireImages(tag: string, isNext: boolean): Promise<void> {
  for (const service of changedServices) {
    const pods = await runningPods(`app.kubernetes.io/name=${service}-service`)
    const images = pods.map(({ spec }) => spec.containers[0]!.image)
    const wrong = images.filter((image) => image.endsWith(`:${tag}`) !== isNext)
    if (images.length === 0 || wrong.length > 0)
      throw new Error(`${service}-service runs ${images.join(', ') || 'nowhere'}`)
  }
}
