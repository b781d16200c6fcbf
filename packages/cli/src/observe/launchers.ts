import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { Failure } from '../io/failure.ts'
import { onPath, type Program, type ProgramName, programs } from './programs.ts'

/** How one of the programs is started here: with arguments, to which its own are added. */
export interface Launcher {
  readonly how: 'program' | 'container'
  readonly command: string
  readonly args: readonly string[]
}

/**
 * A program that is installed, else a container on the host's network with the same files in it.
 * @throws Failure that names what is missing
 */
export async function findLaunchers(folder: string, containersOnly = false): Promise<Record<ProgramName, Launcher>> {
  const where = (program: Program) => (containersOnly ? undefined : onPath(program))
  const found = Object.entries(programs).map(([name, program]) => ({ name, program, path: where(program) }))
  const missing = found.filter(({ path }) => path === undefined)
  if (missing.length > 0 && !(await dockerAnswers()))
    throw new Failure(
      `${missing.map(({ program }) => program.binaries[0]).join(', ')} not found on PATH, and Docker does not answer: install what is missing, or start Docker`,
      2,
    )
  return Object.fromEntries(
    found.map(({ name, program, path }): [string, Launcher] => [
      name,
      path === undefined ? inContainer(program.image, folder) : { how: 'program', command: path, args: [] },
    ]),
  ) as Record<ProgramName, Launcher>
}

const inContainer = (image: string, folder: string): Launcher => ({
  how: 'container',
  command: 'docker',
  // As ourselves, so that what it writes into the folder can be removed.
  args: [
    'run',
    '--rm',
    '--network',
    'host',
    '--user',
    `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`,
    '--volume',
    `${folder}:${folder}`,
    image,
  ],
})

async function dockerAnswers(): Promise<boolean> {
  try {
    await promisify(execFile)('docker', ['version', '--format', '{{.Server.Version}}'], { timeout: 10_000 })
    return true
  } catch {
    return false
  }
}
