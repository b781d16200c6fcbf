import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

type Variables = Readonly<Record<string, string>>

export interface PythonService {
  /** SIGSTOP and SIGCONT. */
  pause(): void
  resume(): void
  /** SIGTERM, and SIGKILL after the limit; resolves with its exit code. */
  stop(): Promise<number | null>
}

/** Where a path from the root of the checkout is. */
export const fromRoot = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))

const stopLimitMs = 10_000

/** scripts/nameko.sh makes it and says where it is. */
function program(name: string): string {
  const venv = process.env['NAMEKO_VENV']
  if (!venv) throw new Error('NAMEKO_VENV is not set: run make nameko, which installs Nameko first')
  return join(venv, 'bin', name)
}

/** A Python process that ends with us, however we end. */
function start(folder: string, command: readonly string[], env: Variables, output: 'pipe' | number): ChildProcess {
  return spawn('setpriv', ['--pdeathsig', 'TERM', ...command], {
    cwd: fromRoot(folder),
    env: { PATH: process.env['PATH'], PYTHONUNBUFFERED: '1', PYTHONDONTWRITEBYTECODE: '1', ...env },
    stdio: [output === 'pipe' ? 'pipe' : 'ignore', output, output],
  })
}

/** Runs a module of `folder` as `nameko run` does it for anybody. */
export function startNameko(folder: string, module: string, env: Variables, logFile: string): PythonService {
  const log = openSync(logFile, 'w')
  const child = start(folder, [program('nameko'), 'run', '--config', 'config.yaml', module], env, log)
  closeSync(log)
  const exited = once(child, 'exit') as Promise<[number | null]>
  return {
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    async stop() {
      child.kill('SIGTERM')
      const patience = setTimeout(() => child.kill('SIGKILL'), stopLimitMs)
      const [code] = await exited
      clearTimeout(patience)
      return code
    },
  }
}

/** Runs a script to its end. */
export async function runPython(file: string, args: readonly string[], env: Variables, input = '') {
  const child = start('.', [program('python'), file, ...args], env, 'pipe')
  const written = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const)
    child[name]!.setEncoding('utf8').on('data', (text: string) => (written[name] += text))
  child.stdin!.end(input)
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, ...written }
}
