import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'

let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'toko-images-'))
  mkdirSync(join(folder, 'scripts'))
  cpSync(fileURLToPath(new URL('images.sh', import.meta.url)), join(folder, 'scripts/images.sh'))
  // In place of Docker: what the build would be given.
  mkdirSync(join(folder, 'bin'))
  writeFileSync(join(folder, 'bin/docker'), '#!/bin/sh\n[ "$2" != bake ] || echo "$REVISION $SOURCE_DATE_EPOCH"\n', {
    mode: 0o755,
  })
  run('git', ['init', '--quiet'])
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const run = (program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
  execFileSync(program, args, { cwd: folder, encoding: 'utf8', env: { ...process.env, ...env } })
const person = { GIT_AUTHOR_NAME: 'toko', GIT_COMMITTER_NAME: 'toko', EMAIL: 'toko@example.org' }

/** The file is committed at this second; what the next build is given, without the output of Docker's own checks. */
function committed(file: string, second: number): { revision: string; epoch: string } {
  mkdirSync(join(folder, file, '..'), { recursive: true })
  writeFileSync(join(folder, file), String(second))
  run('git', ['add', file])
  const date = `${second} +0000`
  const env = { ...person, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date }
  run('git', ['commit', '--quiet', '-m', file], env)
  const printed = run('bash', ['scripts/images.sh'], { PATH: `${join(folder, 'bin')}:${process.env['PATH']}` })
  const [revision = '', epoch = ''] = printed.trim().split('\n').at(-1)!.split(' ')
  return { revision, epoch }
}

it('dates images by their sources: a commit of anything else builds nothing anew', () => {
  const first = committed('services/user/src/main.ts', 1_700_000_000)
  const docs = committed('docs/kubernetes.md', 1_700_000_100)
  const code = committed('packages/http/src/index.ts', 1_700_000_200)
  expect([first, docs, code].map(({ epoch }) => epoch)).toEqual(['1700000000', '1700000000', '1700000200'])
  expect(new Set([first, docs, code].map(({ revision }) => revision)).size).toBe(3)
})
