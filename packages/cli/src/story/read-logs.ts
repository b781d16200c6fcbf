import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import type { StoryLogLine } from '@toko/contracts'
import { Failure } from '../io/failure.ts'
import { logFiles } from './log-files.ts'

export interface LogOptions {
  readonly dataDir: string
  /** Files, or `-` for standard input; those of the data folder by default. */
  readonly logs?: readonly string[]
}

const mostLines = 500

/** Lines of the order or of one of its traces, by time. `find` may be called again with more ids to look for. */
export interface LogSource {
  /** @throws Failure when there is no log to read */
  find(ids: readonly string[]): Promise<StoryLogLine[]>
}

/** Logs as pino writes them. Standard input can be read once, so what came from there is kept. */
export function logSource({ dataDir, logs }: LogOptions): LogSource {
  let piped: Promise<string[]> | undefined
  const linesOf = (file: string): AsyncIterable<string> | Promise<Iterable<string>> =>
    file === '-' ? (piped ??= allOf(readLines(process.stdin))) : readLines(createReadStream(file))
  return {
    async find(ids) {
      const files = logs ?? logFiles(dataDir)
      if (files.length === 0)
        throw new Failure(
          `no log in ${dataDir}; in a cluster: kubectl logs -l app.kubernetes.io/part-of=toko --tail=-1 | toko order … --logs -`,
        )
      const found: StoryLogLine[] = []
      for (const file of files)
        for await (const line of await linesOf(file)) {
          const parsed = ids.some((id) => line.includes(id)) ? logLine(line) : undefined
          if (parsed) found.push(parsed)
        }
      return found.toSorted((a, b) => a.at.localeCompare(b.at)).slice(-mostLines)
    },
  }
}

async function allOf(lines: AsyncIterable<string>): Promise<string[]> {
  const all: string[] = []
  for await (const line of lines) all.push(line)
  return all
}

async function* readLines(input: NodeJS.ReadableStream): AsyncIterable<string> {
  try {
    yield* createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })
  } catch (error) {
    throw new Failure(`a log can't be read: ${(error as Error).message}`)
  }
}

/**
 * A line of pino; undefined for anything else, and for reads that went well: they change nothing, and reading a story makes
 * them. Containers' lines may have a prefix before the JSON.
 */
export function logLine(line: string): StoryLogLine | undefined {
  const start = line.indexOf('{')
  if (start < 0) return undefined
  try {
    const told = JSON.parse(line.slice(start)) as Record<string, unknown>
    if (told['method'] === 'GET' && Number(told['status']) < 500) return undefined
    const at = new Date(told['time'] as string).toISOString()
    return {
      at,
      service: text(told['service']) ?? 'unknown',
      level: text(told['level']) ?? 'unknown',
      message: [text(told['msg']), ...requestOf(told)].filter(Boolean).join(' '),
      error: errorOf(told),
      traceId: text(told['trace_id']) ?? null,
    }
  } catch {
    return undefined
  }
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

const requestOf = ({ method, route, status, ms }: Record<string, unknown>): string[] =>
  typeof route === 'string' ? [`${String(method)} ${route} ${String(status)} (${String(ms)} ms)`] : []

function errorOf({ err, 'error.type': type }: Record<string, unknown>): string | null {
  if (typeof err !== 'object' || err === null) return text(type) ?? null
  const { type: name, message } = err as { type?: unknown; message?: unknown }
  return [text(name), text(message)].filter(Boolean).join(': ')
}
