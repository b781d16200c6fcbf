/** Sets right in every workspace's package.json what needs no decision: module type, private, exports, exact versions. */
import { readFileSync, writeFileSync } from 'node:fs'
import { workspaces } from '../../test/architecture/rules/repository.ts'

type Names = Record<string, string>
const exact = (names: Names): Names =>
  Object.fromEntries(Object.entries(names).map(([name, version]) => [name, version.replace(/^[\^~](?=\d)/, '')]))

for (const { folder } of workspaces()) {
  const path = `${folder}/package.json`
  const before = readFileSync(path, 'utf8')
  const manifest = JSON.parse(before) as Record<string, unknown>
  Object.assign(manifest, { private: true, type: 'module' })
  manifest['exports'] ??= { '.': './src/index.ts' }
  for (const group of ['dependencies', 'devDependencies', 'optionalDependencies']) {
    if (manifest[group]) manifest[group] = exact(manifest[group] as Names)
  }
  const after = `${JSON.stringify(manifest, null, 2)}\n`
  if (after === before) continue
  writeFileSync(path, after)
  console.log(`mended ${path}`)
}
