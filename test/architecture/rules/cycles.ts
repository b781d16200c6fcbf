import { importsOf } from './imports.ts'
import { internalPackage, targetOf } from './places.ts'
import { parse, type SourceFile } from './source.ts'

/** Edges between files of one workspace, and to the `src/index.ts` of another; types count, a reader follows them too. */
export function importGraph(files: readonly SourceFile[]): Map<string, readonly string[]> {
  const paths = new Set(files.map(({ path }) => path))
  const entry = (name: string) => [`packages/${name}/src/index.ts`, `services/${name}/src/index.ts`]
  return new Map(
    files.map((file) => {
      parse(file)
      const targets = importsOf(file).flatMap(({ specifier }) => {
        const internal = internalPackage(specifier)
        return internal ? entry(internal.name) : (targetOf(file, specifier) ?? [])
      })
      return [file.path, [...new Set(targets)].filter((target) => paths.has(target))]
    }),
  )
}

/** Every circle of imports once, as the paths along it, by depth-first search. */
export function cyclesIn(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const done = new Set<string>()
  const found: string[][] = []
  const visit = (path: string, trail: readonly string[]) => {
    const at = trail.indexOf(path)
    if (at >= 0) {
      found.push([...trail.slice(at), path])
      return
    }
    if (done.has(path)) return
    for (const next of graph.get(path) ?? []) visit(next, [...trail, path])
    done.add(path)
  }
  for (const path of graph.keys()) visit(path, [])
  return found
}
