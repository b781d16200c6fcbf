import { execFile } from 'node:child_process'

interface RunOptions {
  /** Written to the program's stdin. */
  readonly input?: string
  readonly timeoutMs?: number
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
}

/** Runs a program to its end and returns what it printed. @throws Error with both outputs when it fails or takes too long */
export function run(
  program: string,
  args: readonly string[],
  { input, timeoutMs = 60_000, env, cwd }: RunOptions = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      program,
      args,
      {
        timeout: timeoutMs,
        maxBuffer: 64 * 1_048_576,
        ...(cwd ? { cwd } : {}),
        ...(env ? { env: { ...process.env, ...env } } : {}),
      },
      (error, stdout, stderr) => {
        if (!error) return resolve(stdout)
        const how = error.killed ? `did not end within ${timeoutMs} ms` : `ended with ${error.code}`
        reject(new Error(`${program} ${args.slice(0, 8).join(' ')} ${how}: ${stderr}${stdout}`.slice(0, 4000)))
      },
    )
    child.stdin?.on('error', () => {}) // it ended without reading: its exit code tells
    child.stdin?.end(input ?? '')
  })
}
