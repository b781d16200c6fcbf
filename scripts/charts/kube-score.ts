import { readFileSync } from 'node:fs'
import { matchesGlob } from 'node:path'
import { parse } from 'yaml'
import { chartsFolder } from './charts.ts'
import { runProgram } from './programs.ts'

/** One line of charts/kube-score.yaml: what kube-score finds there is meant to be so. */
export interface Exception {
  /** The check's id. */
  readonly check: string
  /** `Kind/name`, with `*`. */
  readonly objects: readonly string[]
  readonly reason: string
}

export interface Finding {
  readonly check: string
  readonly object: string
  readonly text: string
}

export const readExceptions = (): Exception[] =>
  parse(readFileSync(`${chartsFolder}/kube-score.yaml`, 'utf8')) as Exception[]

const covers = ({ check, objects }: Exception, finding: Finding) =>
  check === finding.check && objects.some((pattern) => matchesGlob(finding.object, pattern))

/** Findings that no exception covers, exceptions that cover nothing, and those without a reason. */
export function unexcused(findings: readonly Finding[], exceptions: readonly Exception[]): string[] {
  const open = findings.filter((finding) => !exceptions.some((exception) => covers(exception, finding)))
  const stale = exceptions.filter((exception) => !findings.some((finding) => covers(exception, finding)))
  return [
    ...new Set(open.map(({ check, object, text }) => `${object} ${check}: ${text}`)),
    ...stale.map(({ check, objects }) => `charts/kube-score.yaml: ${check} for ${objects.join(', ')} excuses nothing`),
    ...exceptions.filter(({ reason }) => !reason).map(({ check }) => `charts/kube-score.yaml: ${check} has no reason`),
  ]
}

/** kube-score's grade of a check that found nothing. */
const allGood = 10

interface Score {
  readonly type_meta: { readonly kind: string }
  readonly object_meta: { readonly name: string }
  readonly checks: readonly {
    readonly check: { readonly id: string }
    readonly grade: number
    readonly skipped: boolean
    readonly comments: readonly { readonly path: string; readonly summary: string }[] | null
  }[]
}

/** What kube-score has to say about one render. */
export async function kubeScoreFindings(render: string): Promise<Finding[]> {
  const args = ['score', '--output-format', 'json', '--kubernetes-version', 'v1.34', '-']
  const { stdout, stderr } = await runProgram('kube-score', args, render)
  if (!stdout.trimStart().startsWith('[')) throw new Error(`kube-score: ${stderr || stdout}`)
  return (JSON.parse(stdout) as Score[]).flatMap(({ type_meta: { kind }, object_meta: { name }, checks }) =>
    checks
      .filter(({ grade, skipped }) => !skipped && grade < allGood)
      .map(({ check, comments }) => ({
        check: check.id,
        object: `${kind}/${name}`,
        text: (comments ?? []).map(({ path, summary }) => [path, summary].filter(Boolean).join(' ')).join('; '),
      })),
  )
}
