import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { chartsFolder } from './charts.ts'
import type { KubeObject } from './objects.ts'
import { runProgram } from './programs.ts'

/** Texts in a ConfigMap beyond it (dashboards, rules) are files of a chart as they are, and told by their digest. */
const longestText = 8_000

const digestOf = (text: string) =>
  `<${text.length} characters, sha256 ${createHash('sha256').update(text).digest('hex').slice(0, 16)}>`

/** What differs between two renders is made of random bits, and told as such. */
function masked(value: unknown, other: unknown): unknown {
  if (Array.isArray(value))
    return value.map((each: unknown, at) => masked(each, (other as unknown[] | undefined)?.[at]))
  if (typeof value === 'object' && value !== null) {
    const beside = (other ?? {}) as Record<string, unknown>
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, masked(each, beside[key])]))
  }
  if (value !== other) return '<random>'
  return typeof value === 'string' && value.length > longestText ? digestOf(value) : value
}

const orderOf = ({ kind, metadata }: KubeObject) => `${kind} ${metadata.name}`

/**
 * The text that charts/examples keeps of a render: objects by kind and name, in one layout whatever Helm's version.
 * @param again the same rendered once more
 */
export function goldenText(objects: readonly KubeObject[], again: readonly KubeObject[]): string {
  const others = new Map(again.map((object) => [orderOf(object), object]))
  return objects
    .toSorted((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1))
    .map((object) => masked(object, others.get(orderOf(object))))
    .map((object) => `---\n${stringify(object, { lineWidth: 0, aliasDuplicateObjects: false })}`)
    .join('')
}

export const goldenPath = (name: string): string => join(chartsFolder, 'examples', `${name}.yaml`)

const shownLines = 60

/** How a render differs from the one that charts/examples keeps: a unified diff, or nothing. */
export async function goldenFaults(name: string, text: string): Promise<string[]> {
  const path = goldenPath(name)
  if (!existsSync(path)) return [`charts/examples/${name}.yaml is not there: make fix only=charts writes it`]
  if (readFileSync(path, 'utf8') === text) return []
  const { stdout } = await runProgram('diff', ['-u', path, '-'], text)
  const lines = stdout.split('\n').slice(2)
  const more = lines.length > shownLines ? [`… ${lines.length - shownLines} more lines`] : []
  return [
    `charts/examples/${name}.yaml is not what the charts render now; is this meant? make fix only=charts writes it:`,
    ...lines.slice(0, shownLines),
    ...more,
  ]
}
