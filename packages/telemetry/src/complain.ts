import type { DiagLogger } from '@opentelemetry/api'

/** The same trouble is told once a minute: a collector that is away fails every batch. */
const silenceMs = 60_000

/** Lines for a person on stderr; stdout belongs to the services' JSON logs. */
export function complainer(write: (text: string) => void, now: () => number): DiagLogger {
  const toldAtMs = new Map<string, number>()
  const tell = (...parts: unknown[]) => {
    const text = parts.map((part) => (part instanceof Error ? part.message : String(part))).join(' ')
    const line = text.replaceAll(/\s+/g, ' ').slice(0, 400)
    const lastMs = toldAtMs.get(line)
    if (lastMs !== undefined && now() - lastMs < silenceMs) return
    if (toldAtMs.size >= 100) toldAtMs.clear()
    toldAtMs.set(line, now())
    write(`toko telemetry: ${line}\n`)
  }
  const nothing = () => {}
  return { error: tell, warn: tell, info: nothing, debug: nothing, verbose: nothing }
}
