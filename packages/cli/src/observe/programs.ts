import { accessSync, constants } from 'node:fs'
import { join } from 'node:path'

/** The three programs, by what they are called in configuration and messages. */
export type ProgramName = 'collector' | 'prometheus' | 'jaeger'

export interface Program {
  /** Names of its binary, the first that is there wins. */
  readonly binaries: readonly string[]
  /** The same version as in charts/observability. */
  readonly image: string
}

export const programs: Readonly<Record<ProgramName, Program>> = {
  collector: {
    binaries: ['otelcol-contrib', 'otelcol'],
    image: 'otel/opentelemetry-collector-contrib:0.162.0',
  },
  prometheus: { binaries: ['prometheus'], image: 'prom/prometheus:v3.5.3' },
  jaeger: { binaries: ['jaeger'], image: 'jaegertracing/jaeger:2.13.0' },
}

/** Path of the program, or undefined where it is not on PATH. */
export function onPath({ binaries }: Program, path = process.env['PATH'] ?? ''): string | undefined {
  return binaries
    .flatMap((binary) => path.split(':').map((folder) => join(folder, binary)))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK)
        return true
      } catch {
        return false
      }
    })
}
