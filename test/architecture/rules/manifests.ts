import { importsOf } from './imports.ts'
import { placeOf } from './places.ts'
import { faultAt, type Fault, type SourceFile } from './source.ts'

type Names = Readonly<Record<string, string>>

/** The parts of a package.json that the rules read. */
export interface Manifest {
  readonly name?: string
  readonly type?: string
  readonly description?: string
  readonly license?: string
  readonly private?: boolean
  readonly exports?: Readonly<Record<string, unknown>> | string
  readonly dependencies?: Names
  readonly devDependencies?: Names
  readonly optionalDependencies?: Names
}

const groups = ['dependencies', 'devDependencies', 'optionalDependencies'] as const

/** Exact versions everywhere: a range would let two machines test different code. */
export function versionFaults(path: string, manifest: Manifest): Fault[] {
  return groups
    .flatMap((group) => Object.entries(manifest[group] ?? {}))
    .filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
    .map(([name, version]) => ({ path, line: 1, message: `"${name}": "${version}" is no exact version` }))
}

/** Rules for a workspace's manifest; `path` is its package.json. */
export function manifestFaults(path: string, manifest: Manifest): Fault[] {
  const { name, folder } = placeOf({ path })
  const says = (isRight: boolean, message: string): Fault[] => (isRight ? [] : [{ path, line: 1, message }])
  const exported = typeof manifest.exports === 'object' ? Object.keys(manifest.exports) : []
  return [
    ...says(manifest.name === `@toko/${name}`, `is called ${manifest.name}, its folder ${folder}`),
    ...says(manifest.type === 'module', '"type" is not "module"'),
    ...says(manifest.private === true, '"private" is not true'),
    ...says(Boolean(manifest.description?.trim()), 'has no description'),
    ...says(exported.length === 1 && exported[0] === '.', `exports ${exported.join(', ') || 'nothing'}, not only "."`),
    ...versionFaults(path, manifest),
  ]
}

/** The first line says the purpose: a heading of more than the bare name, or a sentence. */
export function readmeFaults(path: string, text: string | undefined): Fault[] {
  if (text === undefined) return [{ path, line: 1, message: 'README.md is missing' }]
  const [first = ''] = text.split('\n')
  const words = first.replace(/^#+/, '').trim().split(/\s+/).filter(Boolean)
  return words.length >= 4 ? [] : [{ path, line: 1, message: `the first line does not say the purpose: "${first}"` }]
}

/** What runs must be a dependency; types and tests may be dev dependencies. */
export function undeclaredFaults(file: SourceFile, manifest: Manifest): Fault[] {
  const run = { ...manifest.dependencies, ...manifest.optionalDependencies }
  const develop = { ...run, ...manifest.devDependencies }
  const { isTest } = placeOf(file)
  return importsOf(file).flatMap((found) => {
    if (/^([.#]|node:)/.test(found.specifier)) return []
    const name = found.specifier.split('/', found.specifier.startsWith('@') ? 2 : 1).join('/')
    const declared = isTest || found.isType ? develop : run
    const isKnown = name in declared || (found.isType && `@types/${name}` in develop)
    // vitest is the root's: a second copy in a workspace would be a second runner.
    return isKnown || name === manifest.name || (isTest && name === 'vitest')
      ? []
      : [
          faultAt(
            file,
            found,
            `"${name}" is not declared in package.json${name in develop ? ' as a run-time dependency' : ''}`,
          ),
        ]
  })
}
