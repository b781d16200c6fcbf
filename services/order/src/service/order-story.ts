import type { TraceSource } from '@toko/audit'
import { createHttpClient } from '@toko/http'
import type { Bus } from '@toko/messaging'
import type { Clock, Logger, Metrics, Part } from '@toko/runtime'
import { parkedAbout } from '../clients/parked-letters.ts'
import { remoteNeighbourBooks } from '../clients/remote-neighbour-books.ts'
import { remoteTraces } from '../clients/remote-traces.ts'
import type { OrderConfig } from '../config.ts'
import type { OrderFeatures } from '../features.ts'
import { makeTellOrderStory } from '../features/tell-order-story.ts'
import type { neighbourClients } from './neighbour-clients.ts'

interface Deps {
  readonly audit: OrderFeatures['orders']['audit']
  readonly neighbours: ReturnType<typeof neighbourClients>
  readonly bus: Bus
  readonly clock: Clock
  readonly log: Logger
  readonly metrics: Metrics
}

/** Who does not answer soon is told as missing: somebody waits for the story. */
const limits = { timeoutMs: 2000, maxConcurrent: 8, maxAnswerBytes: 32 * 1_048_576 }

/** The story of an order with clients of its own, so that it takes no connection from orders. */
export function orderStory(
  config: OrderConfig,
  { audit, neighbours, bus, clock, log, metrics }: Deps,
): { readonly tell: OrderFeatures['story']; readonly parts: readonly Part[] } {
  const product = neighbours.bookClient('product', limits)
  const payment = neighbours.bookClient('payment', limits)
  const store = traceStore(config, { log, metrics })
  const tell = makeTellOrderStory({
    audit,
    books: remoteNeighbourBooks(product.client, payment.client),
    parked: parkedAbout(bus.deadLetters('order')),
    traces: store?.traces,
    clock,
  })
  return { tell, parts: [...product.parts, ...payment.parts, ...(store ? [store.client] : [])] }
}

function traceStore(
  { jaegerUrl, tempoUrl }: OrderConfig,
  deps: Pick<Deps, 'log' | 'metrics'>,
): { readonly traces: TraceSource; readonly client: Part } | undefined {
  const [kind, baseUrl] = tempoUrl === undefined ? (['jaeger', jaegerUrl] as const) : (['tempo', tempoUrl] as const)
  if (baseUrl === undefined) return undefined
  const client = createHttpClient({ ...deps, ...limits, name: 'order', target: kind, baseUrl })
  return { traces: remoteTraces(kind, client), client }
}
