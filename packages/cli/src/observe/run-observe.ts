import { Failure } from '../io/failure.ts'
import { type Output, table } from '../io/output.ts'
import { onStopSignal } from '../run/on-stop-signal.ts'
import type { PublicPorts } from '../split/ports.ts'
import { defaultJaegerUrl } from '../story/choose-traces.ts'
import { type Observatory, startObservatory } from './observe.ts'

interface RunObserveOptions {
  readonly shop: PublicPorts
  readonly pace: 'production' | 'demo'
  readonly containersOnly: boolean
  readonly isJson: boolean
}

/** The three until somebody ends them. Resolves with 0. @throws Failure when one ended by itself */
export async function runObserve(
  output: Output,
  { shop, pace, containersOnly, isJson }: RunObserveOptions,
): Promise<number> {
  const { promise: asked, resolve: onAsked } = Promise.withResolvers<undefined>()
  const stopping = onStopSignal(() => onAsked(undefined))
  output.note('starting collector, Jaeger and Prometheus')
  let observatory: Observatory
  try {
    observatory = await startObservatory({ shop, pace, containersOnly, stopping })
  } catch (error) {
    if (stopping.aborted) return 0
    throw error
  }
  const { urls, how, hasRules, ended } = observatory
  if (isJson) output.json({ urls, how, hasRules, variables: variablesOf(urls) })
  else print(output, observatory)
  const end = await Promise.race([asked, ended])
  await observatory.stop()
  if (end !== undefined) throw new Failure(end)
  return 0
}

/** Of the shop, and of toko order where it would not find them by itself. */
function variablesOf({ otlp, jaeger, prometheus }: Observatory['urls']): Record<string, string> {
  return {
    OTEL_EXPORTER_OTLP_ENDPOINT: otlp,
    ...(jaeger === defaultJaegerUrl ? {} : { TOKO_JAEGER_URL: jaeger }),
    ...(prometheus === 'http://127.0.0.1:9090' ? {} : { TOKO_PROMETHEUS_URL: prometheus }),
  }
}

function print(output: Output, { urls, how, hasRules }: Observatory): void {
  output.line(
    table([
      ['collector', urls.otlp, 'OTLP over HTTP', how.collector],
      ['Jaeger', urls.jaeger, 'traces', how.jaeger],
      ['Prometheus', urls.prometheus, hasRules ? 'metrics and alerts' : 'metrics, without rules', how.prometheus],
    ]),
  )
  output.line('\nThe shop sends traces when it is started with the first of these:')
  for (const [name, value] of Object.entries(variablesOf(urls))) output.line(`  export ${name}=${value}`)
  output.line('Ctrl-C ends all three and removes what they wrote')
}
