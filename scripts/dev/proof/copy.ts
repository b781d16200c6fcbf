import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../../', import.meta.url))

/** This repository as it is in the working tree, to be changed at will. */
export interface Copy {
  readonly folder: string
  /** The title that services/product gives its API. @throws Error when it is not in one place */
  retitle(from: string, to: string): void
  remove(): void
}

export function copyOfSources(): Copy {
  const folder = mkdtempSync(join(tmpdir(), 'toko-dev-'))
  const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
    cwd: root,
    encoding: 'utf8',
  })
  // Git names those too that were deleted and not committed yet.
  const files = tracked.split('\0').filter((file) => file && existsSync(join(root, file)))
  for (const file of files) cpSync(join(root, file), join(folder, file), { recursive: false })
  // Installed packages are this repository's own, its workspaces among them.
  for (const where of ['', ...globSync('{packages,services}/*', { cwd: root })]) {
    const installed = join(root, where, 'node_modules')
    if (existsSync(installed)) symlinkSync(installed, join(folder, where, 'node_modules'))
  }
  const routes = join(folder, 'services/product/src/routes.ts')
  return {
    folder,
    retitle(from, to) {
      const source = readFileSync(routes, 'utf8')
      if (source.split(from).length !== 2) throw new Error(`${routes} has not one place like ${from}`)
      writeFileSync(routes, source.replace(from, to))
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
