import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { generatedFiles, generatedFolders, withAlertTable } from './generated-files.ts'

/** A line for each committed file that is not what this package generates; `page` has the table of alerts. */
export function differences(root: string, page: string): string[] {
  const read = (path: string) => (existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : undefined)
  const files = generatedFiles()
  const known = new Set(files.map(({ path }) => path))
  const extra = generatedFolders
    .flatMap((folder) =>
      (existsSync(join(root, folder)) ? readdirSync(join(root, folder)) : []).map((name) => `${folder}/${name}`),
    )
    .filter((path) => !known.has(path))
  const text = read(page) ?? ''
  return [
    ...files.flatMap(({ path, text: wanted }) => {
      const found = read(path)
      return found === wanted ? [] : [`${path} ${found === undefined ? 'is missing' : 'differs'}: make rules writes it`]
    }),
    ...extra.map((path) => `${path} belongs to nothing: make rules removes it`),
    ...(withAlertTable(text) === text ? [] : [`${page}: its table of alerts differs: make rules writes it`]),
  ]
}
