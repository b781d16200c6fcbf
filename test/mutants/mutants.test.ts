import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { patched } from './apply.ts'
import { mutants } from './catalogue.ts'

const run = promisify(execFile)
const here = (file: string) => new URL(file, import.meta.url).pathname
const patch = { file: 'a.ts', find: 'a < b', replace: 'a <= b' }

describe('mutants', () => {
  it('are caught, each by an invariant of its rule', { timeout: 180_000 }, async () => {
    const names = ['noVoiding', 'captureFirst', 'overShip', 'reuseKey']
    const { stdout } = await run('node', [here('main.ts'), ...names, '--seeds', '2000'])
    expect(stdout).toContain('4 of 4 caught')
    expect(stdout).toMatch(/captureFirst .* R-capture/)
    expect(stdout).toMatch(/overShip .* ADR12-ship/)
  })

  it('fit the code: every place that they change is there once', () => {
    expect(mutants.length).toBeGreaterThanOrEqual(17)
    expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length)
    for (const { patches } of mutants) {
      const sources = new Map<string, string>()
      for (const each of patches) {
        const source = sources.get(each.file) ?? readFileSync(here(`../../${each.file}`), 'utf8')
        sources.set(each.file, patched(source, each))
      }
    }
  })

  it('fail loudly when their place is gone or not the only one', () => {
    expect(patched('if (a < b) c', patch)).toBe('if (a <= b) c')
    expect(() => patched('if (a > b) c', patch)).toThrow('0 places in a.ts')
    expect(() => patched('a < b; a < b', patch)).toThrow('2 places in a.ts')
  })

  it('change a process that is started with the hook, and only one that is named', async () => {
    const url = new URL('../../services/order/src/domain/status.ts', import.meta.url).href
    const script = `console.log((await import(${JSON.stringify(url)})).nextStatuses.voiding.join())`
    const start = (mutant: string) =>
      run('node', ['--input-type=module', '-e', script], {
        env: { ...process.env, NODE_OPTIONS: `--import=${here('apply.ts')}`, TOKO_MUTANT: mutant },
      })
    expect((await start('')).stdout.trim()).toBe('cancelling')
    expect((await start('reviveCancelled')).stdout.trim()).toBe('cancelling,authorised')
    await expect(start('nonsense')).rejects.toThrow('no mutant is called nonsense')
  })
})
