import { spawn } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

const sources = {
  helm: 'helm 3.19 or newer (https://helm.sh/docs/intro/install)',
  kubeconform: 'kubeconform 0.7 (go install github.com/yannh/kubeconform/cmd/kubeconform@v0.7.0)',
  'kube-score': 'kube-score 1.20 (go install github.com/zegl/kube-score/cmd/kube-score@v1.20.0)',
  promtool: 'promtool, which comes with Prometheus 3 (https://prometheus.io/download)',
  diff: 'diff (the package diffutils)',
  kubectl: 'kubectl, with a cluster (https://kubernetes.io/docs/tasks/tools)',
} as const
export type Program = keyof typeof sources

const isOnPath = (program: string) =>
  (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK)
      return true
    } catch {
      return false
    }
  })

/** One line that names what to install; undefined when all is here. */
export function missingPrograms(programs: readonly Program[]): string | undefined {
  const missing = programs.filter((program) => !isOnPath(program))
  return missing.length === 0 ? undefined : `missing on PATH: ${missing.map((name) => sources[name]).join(', ')}`
}

export interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs a program to its end, whatever its exit code. */
export function runProgram(program: Program, args: readonly string[], input = ''): Promise<Ended> {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] })
  // A program may end without reading all of it.
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  return new Promise((resolve, reject) => {
    let [stdout, stderr] = ['', '']
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    child.once('error', reject)
    child.once('close', (code) => resolve({ code: code ?? 1, stdout, stderr }))
  })
}

/** Works on all items, so many at once; results in their order. */
export async function atMost<T, R>(count: number, items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  const rest = items.entries()
  const worker = async () => {
    for (const [at, item] of rest) results[at] = await work(item)
  }
  await Promise.all(Array.from({ length: count }, worker))
  return results
}
