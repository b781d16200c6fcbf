import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

interface OtlpSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly kind: number
  readonly attributes: Attribute[]
  readonly links?: { traceId: string; spanId: string }[]
  readonly events?: { name: string; attributes: Attribute[] }[]
  readonly status?: { code?: number }
}
type Attribute = { readonly key: string; readonly value: Record<string, unknown> }
interface Export {
  readonly resourceSpans: { resource: { attributes: Attribute[] }; scopeSpans: { spans: OtlpSpan[] }[] }[]
}

export interface ReceivedSpan extends Omit<OtlpSpan, 'attributes'> {
  readonly service: string
  readonly attributes: Readonly<Record<string, unknown>>
}

/** Kinds of spans as OTLP numbers them. */
export const spanKinds = { server: 2, client: 3, producer: 4, consumer: 5 } as const

const flat = (attributes: Attribute[]) =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]))

export interface OtlpReceiver {
  readonly url: string
  spans(): ReceivedSpan[]
  stop(): Promise<void>
}

/** A collector just big enough for a test: OTLP http/json. GET of the same path tells what came, an export a line. */
export async function otlpReceiver(): Promise<OtlpReceiver> {
  const received: Export[] = []
  const server = createServer((request, response) => {
    if (request.method === 'GET') return void response.end(received.map((each) => JSON.stringify(each)).join('\n'))
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      if (request.url === '/v1/traces') received.push(JSON.parse(Buffer.concat(chunks).toString()) as Export)
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans: () =>
      received
        .flatMap(({ resourceSpans }) => resourceSpans)
        .flatMap(({ resource, scopeSpans }) => {
          const service = String(flat(resource.attributes)['service.name'])
          return scopeSpans.flatMap(({ spans }) =>
            spans.map((span) => ({ ...span, service, attributes: flat(span.attributes) })),
          )
        }),
    stop: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
