import { type Command, Option } from 'commander'
import { Failure } from '../io/failure.ts'
import { atLeastOne, shopCommand, type ShopOptions, withShop } from './shared.ts'

interface OrderOptions extends ShopOptions {
  readonly jaegerUrl?: string
  readonly tempoUrl?: string
  readonly spans?: string
  readonly prometheusUrl: string
  readonly logs?: readonly string[]
  readonly watch?: number
}

const defaultPrometheusUrl = 'http://127.0.0.1:9090'

export function orderCommand(): Command {
  const urlOption = (flag: string, of: string, variable: string) => new Option(`${flag} <url>`, of).env(variable)
  return shopCommand(
    'order',
    'tell the story of one order: the cause, events, books, traces, log lines, alerts, and what is missing',
  )
    .argument('<id>', 'id of the order: ord_…')
    .addOption(urlOption('--jaeger-url', 'traces, default: http://127.0.0.1:16686', 'TOKO_JAEGER_URL'))
    .addOption(urlOption('--tempo-url', 'traces, instead of Jaeger', 'TOKO_TEMPO_URL'))
    .addOption(
      new Option('--spans <file or url>', 'traces from exported spans, one OTLP JSON document a line')
        .env('TOKO_SPANS')
        .conflicts(['jaegerUrl', 'tempoUrl']),
    )
    .addOption(
      urlOption('--prometheus-url', 'alerts', 'TOKO_PROMETHEUS_URL').default(
        defaultPrometheusUrl,
        defaultPrometheusUrl,
      ),
    )
    .addOption(
      new Option('--logs <files>', 'a,b or - for standard input; default: those of the data folder').argParser(
        (text: string) => text.split(','),
      ),
    )
    .addOption(
      new Option('--watch [s]', 'again and again, until the order is at rest').preset('2').argParser(atLeastOne),
    )
    .action((id: string, options: OrderOptions) =>
      withShop(options, async (shop, output) => {
        if (!/^ord_[0-9a-f]{32}$/.test(id))
          throw new Failure(`${id} is no order id: expected ord_ and 32 hexadecimal digits`)
        const { storySources } = await import('../story/story-sources.ts')
        const { readStory } = await import('../story/read-story.ts')
        const { watchStory } = await import('../story/watch-story.ts')
        const sources = storySources(options)
        const stopping = new AbortController()
        for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort())
        await watchStory(output, async () => readStory(shop, sources, id), {
          isJson: options.json === true,
          stopping: stopping.signal,
          ...(options.watch === undefined ? {} : { everyMs: options.watch * 1000 }),
        })
      }),
    )
}
