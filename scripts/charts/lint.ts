import { basename, join } from 'node:path'
import type { Chart } from './charts.ts'
import { atMost, runProgram } from './programs.ts'
import { withoutCluster } from './render.ts'
import type { ValueSet } from './value-sets.ts'

/** `helm lint --strict` of every chart by itself, and of the umbrella with each value set. */
export async function lintFaults(
  folder: string,
  charts: readonly Chart[],
  sets: readonly ValueSet[],
): Promise<string[]> {
  const alone = charts.map((chart) => [basename(chart.folder)])
  // It can't be told of custom resources, so it would refuse what asks for them.
  const lintable = sets.filter(({ apiVersions }) => apiVersions.length === 0)
  const withValues = lintable.map(({ files }) => ['toko', ...files.flatMap((file) => ['--values', file])])
  const runs = await atMost(4, [...alone, ...withValues], async ([chart = '', ...values]) => {
    const args = ['lint', '--strict', '--quiet', join(folder, chart), ...withoutCluster, ...values]
    const { code, stdout, stderr } = await runProgram('helm', args)
    const says = `${stdout}${stderr}`.trim().replaceAll(folder, 'charts')
    return code === 0 ? [] : [`helm lint ${chart} ${values.map((each) => basename(each)).join(' ')}\n${says}`]
  })
  return runs.flat()
}
