import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'

const script = fileURLToPath(new URL('nameko.sh', import.meta.url))
let bin = ''

/** Runs the script where only these programs are. */
function nameko(programs: Readonly<Record<string, string>>) {
  bin = mkdtempSync(join(tmpdir(), 'toko-nameko-'))
  for (const [name, text] of Object.entries(programs)) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`)
    chmodSync(join(bin, name), 0o755)
  }
  for (const tool of ['bash', 'dirname']) symlinkSync(`/usr/bin/${tool}`, join(bin, tool))
  const { status, stderr, stdout } = spawnSync('/bin/bash', [script], { env: { PATH: bin }, encoding: 'utf8' })
  return { status, stderr, stdout }
}
afterEach(() => rmSync(bin, { recursive: true, force: true }))

describe('make nameko without what it needs', () => {
  it.each([
    ['no Python', {}, /^toko: no Python 3\.8 to 3\.11 .*\n$/],
    ['a Python that is too new', { python3: 'exit 1' }, /^toko: no Python 3\.8 to 3\.11 .*\n$/],
    ['a Python without venv', { python3: 'case $2 in *ensurepip*) exit 1; esac' }, /^toko: python3 has no venv .*\n$/],
    ['no setpriv', { python3: 'exit 0' }, /^toko: setpriv is missing: .*\n$/],
  ])('says so in one line: %s', (_, programs, line) => {
    const { status, stderr, stdout } = nameko(programs)
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    expect(stderr).toMatch(line)
  })
})
