import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type KubeObject, nameOf } from './objects.ts'
import { runProgram } from './programs.ts'

const file = 'prometheus.yaml'

/** What Prometheus would not take of its own configuration in a render, as promtool says it. */
export async function prometheusFaults(objects: readonly KubeObject[]): Promise<string[]> {
  const texts = objects.flatMap(({ kind, data }) => (kind === 'ConfigMap' ? (data?.[file] ?? []) : []))
  const runs = objects.some((object) => nameOf(object) === 'Deployment/prometheus')
  if (runs && texts.length === 0) return [`no ConfigMap has Prometheus' ${file}`]
  const folder = mkdtempSync(join(tmpdir(), 'toko-prometheus-'))
  try {
    const verdicts = texts.map(async (text, at) => {
      const path = join(folder, `${at}-${file}`)
      writeFileSync(path, text)
      const { code, stdout, stderr } = await runProgram('promtool', ['check', 'config', '--syntax-only', path])
      return code === 0 ? [] : [`${file}: ${(stdout + stderr).replaceAll(folder, '').trim()}`]
    })
    return (await Promise.all(verdicts)).flat()
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
