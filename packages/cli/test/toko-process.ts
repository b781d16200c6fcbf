import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { freePorts } from '@toko/testkit'

const bin = fileURLToPath(new URL('../bin/toko.js', import.meta.url))

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Started {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
  /** What it said so far. */
  stderr(): string
  /** The JSON document that it prints. Rejects when it ends without one. */
  json(): Promise<RunReport>
}

export interface RunReport {
  readonly pid: number
  readonly logFile: string
  readonly services: {
    readonly name: string
    readonly url: string
    readonly adminUrl: string
    readonly state: string
    /** Of a shop in several processes. */
    readonly processes?: readonly { readonly name: string; readonly pid: number }[]
  }[]
  readonly accounts?: { readonly customer: Account; readonly staff: Account }
}
interface Account {
  readonly email: string
  readonly password: string
}

/** The command as a person starts it; the environment is this one alone. */
export function start(
  args: readonly string[],
  env: Record<string, string>,
  nodeOptions: readonly string[] = [],
): Started {
  const child = spawn(process.execPath, [...nodeOptions, bin, ...args], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const ended = new Promise<Ended>((resolve) => child.once('close', (code) => resolve({ code, stdout, stderr })))
  return {
    child,
    ended,
    stderr: () => stderr,
    json: () =>
      new Promise((resolve, reject) => {
        const look = () => {
          try {
            resolve(JSON.parse(stdout) as RunReport)
          } catch {
            // not all of it yet
          }
        }
        child.stdout.on('data', look)
        look()
        void ended.then(({ code }) => reject(new Error(`toko ${args.join(' ')} ended with ${code}: ${stderr}`)))
      }),
  }
}

export const toko = (args: readonly string[], env: Record<string, string>) => start(args, env).ended

/** Variables of a shop on free ports, and where its clients find it. */
export async function shopVariables(
  dataDir: string,
  mongodBinary: string | undefined,
): Promise<Record<string, string>> {
  const ports = await freePorts(9)
  const names = ['USER', 'PRODUCT', 'ORDER', 'PAYMENT']
  return {
    TOKO_DATA_DIR: dataDir,
    TOKO_ADMIN_PORT: String(ports[8]),
    // One buyer has many orders on their way at once here.
    ORDER_MAX_UNPAID_PER_USER: '1000',
    ...(mongodBinary ? { MONGOD_BINARY: mongodBinary } : {}),
    ...Object.fromEntries(
      names.flatMap((name, index) => [
        // A busy machine is no reason to refuse anybody here.
        [`${name}_MAX_LOOP_DELAY_MS`, '10000'],
        [`${name}_PORT`, String(ports[index])],
        [`${name}_ADMIN_PORT`, String(ports[index + 4])],
        [`TOKO_${name}_URL`, `http://127.0.0.1:${ports[index]}`],
      ]),
    ),
  }
}
