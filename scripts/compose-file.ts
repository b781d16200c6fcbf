import { readFileSync } from 'node:fs'
import { parse } from 'yaml'

export type Yaml = string | readonly Yaml[] | YamlMap
export interface YamlMap {
  readonly [key: string]: Yaml
}

/** Every scalar is a string, as Compose's variables are; what is empty is an empty one. */
export const readYaml = (text: string): YamlMap => parse(text, { schema: 'failsafe', merge: true }) as YamlMap

/** The text of a value as Compose fills it in: `${NAME}`, `${NAME:-default}`, `${NAME:?why}`. */
export function interpolate(text: string, given: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (_, name: string, how?: string, rest?: string) => {
    const value = given[name] || (how === '-' ? rest : undefined)
    if (value === undefined) throw new Error(`${name} is not set: ${rest ?? 'it has no default'}`)
    return value
  })
}

export const composeText = readFileSync(new URL('../compose.yaml', import.meta.url), 'utf8')
