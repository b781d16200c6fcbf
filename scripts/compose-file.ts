import { readFileSync } from 'node:fs'

export type Yaml = string | null | readonly Yaml[] | YamlMap
export interface YamlMap {
  readonly [key: string]: Yaml
}

interface Line {
  readonly indent: number
  readonly text: string
  readonly number: number
}

/**
 * Reads the part of YAML that compose.yaml keeps to, and throws on anything else: block maps, block lists of scalars, flow
 * lists of quoted texts, an anchor on a map, `<<: *name`. Every scalar is a string.
 */
export function readYaml(text: string): YamlMap {
  const lines: Line[] = text.split('\n').flatMap((raw, index) => {
    const content = raw.trim()
    if (content === '' || content.startsWith('#')) return []
    return [{ indent: raw.length - raw.trimStart().length, text: content, number: index + 1 }]
  })
  const anchors = new Map<string, YamlMap>()
  let at = 0

  function list(indent: number): Yaml[] {
    const items: Yaml[] = []
    for (let line = lines[at]; line?.indent === indent && line.text.startsWith('- '); line = lines[++at])
      items.push(scalar(line, line.text.slice(2)))
    return items
  }

  function map(indent: number): YamlMap {
    let merged: YamlMap = {}
    const own: Record<string, Yaml> = {}
    for (let line = lines[at]; line && line.indent >= indent; line = lines[at]) {
      const [, key, rest = ''] = /^([\w.<-]+):(?: (.+))?$/.exec(line.text) ?? []
      if (key === undefined || line.indent > indent || Object.hasOwn(own, key)) throw fault(line)
      at++
      const anchor = /^&([\w-]+)$/.exec(rest)?.[1]
      if (key === '<<') merged = anchors.get(rest.replace(/^\*/, '')) ?? raise(line)
      else if (rest !== '' && anchor === undefined) own[key] = scalar(line, rest)
      else own[key] = block(indent)
      if (anchor !== undefined) anchors.set(anchor, own[key] as YamlMap)
    }
    return { ...merged, ...own }
  }

  function block(outer: number): Yaml {
    const next = lines[at]
    if (!next || next.indent <= outer) return null
    return next.text.startsWith('- ') ? list(next.indent) : map(next.indent)
  }

  const whole = map(0)
  if (at < lines.length) throw fault(lines[at]!)
  return whole
}

const quoted = /'(?:[^']|'')*'|"(?:[^"\\]|\\.)*"/.source
const [isQuoted, isFlowList] = [new RegExp(`^(?:${quoted})$`), new RegExp(`^\\[(?:${quoted})(?:, (?:${quoted}))*\\]$`)]

function scalar(line: Line, text: string): Yaml {
  if (isQuoted.test(text)) return unquoted(text)
  if (isFlowList.test(text)) return text.match(new RegExp(quoted, 'g'))!.map(unquoted)
  if (/^['"[{&*!|>%@`?-]|: | #/.test(text)) throw fault(line)
  return text
}

const unquoted = (text: string): string =>
  text.startsWith("'") ? text.slice(1, -1).replaceAll("''", "'") : (JSON.parse(text) as string)

const fault = ({ number, text }: Line) => new Error(`line ${number}: "${text}" is not YAML that this reads`)

function raise(line: Line): never {
  throw fault(line)
}

/** The text of a value as Compose fills it in: `${NAME}`, `${NAME:-default}`, `${NAME:?why}`. */
export function interpolate(text: string, given: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (_, name: string, how?: string, rest?: string) => {
    const value = given[name] || (how === '-' ? rest : undefined)
    if (value === undefined) throw new Error(`${name} is not set: ${rest ?? 'it has no default'}`)
    return value
  })
}

export const composeText = readFileSync(new URL('../compose.yaml', import.meta.url), 'utf8')
