import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Manifest } from './manifests.ts'
import type { SourceFile } from './source.ts'

/** The only rule file that reads the disk. */
const root = fileURLToPath(new URL('../../../', import.meta.url))
const skipped = new Set(['node_modules', 'coverage', 'dist'])

function* pathsUnder(folder: string): Generator<string> {
  for (const entry of readdirSync(`${root}${folder}`, { withFileTypes: true })) {
    if (entry.name.startsWith('.') || skipped.has(entry.name)) continue
    if (entry.isDirectory()) yield* pathsUnder(`${folder}${entry.name}/`)
    else if (entry.isFile()) yield `${folder}${entry.name}`
  }
}

/** Every .ts and .tsx file of the repository, sorted by path. */
export function sourceFiles(): SourceFile[] {
  return [...pathsUnder('')]
    .filter((path) => /\.tsx?$/.test(path))
    .toSorted()
    .map((path) => ({ path, text: readFileSync(`${root}${path}`, 'utf8') }))
}

export interface Workspace {
  readonly folder: string
  readonly manifest: Manifest
  readonly readme: string | undefined
}

export const readManifest = (folder: string): Manifest =>
  JSON.parse(readFileSync(`${root}${folder}/package.json`, 'utf8')) as Manifest

/** Folders under packages/ and services/ that hold a package.json. */
export function workspaces(): Workspace[] {
  return ['packages', 'services']
    .flatMap((top) => readdirSync(root + top).map((name) => `${top}/${name}`))
    .filter((folder) => existsSync(`${root}${folder}/package.json`))
    .map((folder) => {
      const readme = `${root}${folder}/README.md`
      const text = existsSync(readme) ? readFileSync(readme, 'utf8') : undefined
      return { folder, manifest: readManifest(folder), readme: text }
    })
}

export const rootEntries = (): string[] => readdirSync(root)

export const serviceNames = (): Set<string> =>
  new Set(
    workspaces().flatMap(({ folder }) => (folder.startsWith('services/') ? [folder.slice('services/'.length)] : [])),
  )

export function scriptNames(folder: string): string[] {
  return readdirSync(`${root}scripts/${folder}`)
    .filter((name) => name.endsWith('.sh'))
    .toSorted()
}

/** Every shell script: scripts/ and .ci/run. */
export function shellScripts(): SourceFile[] {
  const paths = [...pathsUnder('scripts/')].filter((path) => path.endsWith('.sh'))
  return [...paths, '.ci/run'].map((path) => ({ path, text: readFileSync(`${root}${path}`, 'utf8') }))
}
