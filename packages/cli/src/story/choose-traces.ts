import { readFile } from 'node:fs/promises'
import { exportedTraces, jaegerTraces, tempoTraces, type TraceSource } from '@toko/audit'
import { Failure } from '../io/failure.ts'
import { getJson } from './get-json.ts'

export interface TraceOptions {
  readonly jaegerUrl?: string
  readonly tempoUrl?: string
  /** File or URL of exported spans: OTLP's JSON, a document a line. */
  readonly spans?: string
}

export const defaultJaegerUrl = 'http://127.0.0.1:16686'
const advice = 'make observe starts one, TOKO_JAEGER_URL or TOKO_TEMPO_URL names another'

/** The store that is named; else the Jaeger of make observe. */
export function chooseTraces({ jaegerUrl, tempoUrl, spans }: TraceOptions): TraceSource {
  if (spans !== undefined) return exportedTraces(async () => readExports(spans))
  if (tempoUrl !== undefined) return tempoTraces(getJson('Tempo', tempoUrl, advice))
  return jaegerTraces(getJson('Jaeger', jaegerUrl ?? defaultJaegerUrl, advice))
}

async function readExports(place: string): Promise<string> {
  try {
    if (!/^https?:/.test(place)) return await readFile(place, 'utf8')
    const answer = await fetch(place, { signal: AbortSignal.timeout(5000) })
    if (answer.ok) return await answer.text()
  } catch (error) {
    throw new Failure(`exported spans at ${place} can't be read: ${(error as Error).message}`)
  }
  throw new Failure(`exported spans at ${place} can't be read`)
}
