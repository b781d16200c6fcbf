import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { eventually } from '@toko/testkit'
import { describe, expect, it } from 'vitest'
import { context } from './support/kubectl.ts'
import { root } from './support/scripts.ts'

/** `kubectl … port-forward …  # URL` */
const lines = [...readFileSync(`${root}README.md`, 'utf8').matchAll(/^(kubectl .*port-forward .*\S) +# (http\S+)$/gm)]

describe('the port-forward lines of the README', () => {
  it('are there', () => {
    expect(lines.length).toBeGreaterThanOrEqual(4)
  })

  it.each(lines.map(([, command = '', url = '']) => ({ command, url })))('work: $command', async ({ command, url }) => {
    const [program = '', ...words] = command.split(' ')
    const child = spawn(program, [...words, '--context', context], { stdio: 'ignore' })
    const ended = once(child, 'exit')
    try {
      await eventually(
        async () => {
          expect(child.exitCode).toBeNull()
          expect((await fetch(url)).status).toBe(200)
        },
        { timeoutMs: 20_000, everyMs: 250 },
      )
    } finally {
      child.kill('SIGTERM')
      await ended
    }
  })
})
