import {
  type Context,
  context,
  propagation,
  type Span,
  type Tracer,
  type TracerProvider,
  trace,
} from '@opentelemetry/api'

/** The part of the SDK's resource that is used here. */
interface Resource {
  merge(other: Resource): Resource
  getRawAttributes(): [string, unknown][]
  readonly attributes: Readonly<Record<string, unknown>>
  readonly schemaUrl?: string | undefined
}

type SdkSpan = Span & { resource?: Resource }

interface ShopProviderOptions {
  /** Somebody named the service: then that name is everybody's. */
  readonly hasServiceName: boolean
}

const orderIdKey = 'order.id'

const resourceIn = (span: SdkSpan | undefined) => span?.resource

/**
 * Completes each span as it starts: with the order that the work is about, which travels as baggage, and with its service.
 * Several services share the process of the single shape, but a provider has one resource and so one `service.name`. Here
 * each span gets the resource of its service: the one its tracer is named after (`toko/<service>`), else its local
 * parent's. The exporter groups spans by resource, so a back end sees the services apart, as in the split shape.
 */
export function shopProvider(provider: TracerProvider, { hasServiceName }: ShopProviderOptions): TracerProvider {
  const resources = new Map<string, Resource>()

  const resourceOf = (service: string, base: Resource): Resource => {
    const known = resources.get(service)
    if (known) return known
    const name: [string, unknown][] = [['service.name', service]]
    const made = base.merge({
      merge: () => made,
      getRawAttributes: () => name,
      attributes: { 'service.name': service },
    })
    resources.set(service, made)
    return made
  }

  const complete = (span: SdkSpan, service: string | undefined, parent: Context): Span => {
    if (!span.resource) return span // not recorded
    const orderId = propagation.getBaggage(parent)?.getEntry(orderIdKey)?.value
    if (orderId !== undefined) span.setAttribute(orderIdKey, orderId)
    if (hasServiceName) return span
    const inherited = resourceIn(trace.getSpan(parent))
    const resource = service === undefined ? inherited : resourceOf(service, span.resource)
    if (resource) span.resource = resource
    return span
  }

  return {
    getTracer(name, version, options) {
      const tracer = provider.getTracer(name, version, options)
      const service = /^toko\/([\w-]+)$/.exec(name)?.[1]
      const startSpan: Tracer['startSpan'] = (spanName, spanOptions, parent = context.active()) =>
        complete(tracer.startSpan(spanName, spanOptions, parent), service, parent)
      // Overloads of the interface: the function is always the last argument.
      const startActiveSpan = (spanName: string, ...rest: unknown[]) => {
        const work = rest.pop() as (span: Span) => unknown
        const [spanOptions, parent = context.active()] = rest as [Parameters<Tracer['startSpan']>[1], Context?]
        const span = startSpan(spanName, spanOptions, parent)
        return context.with(trace.setSpan(parent, span), () => work(span))
      }
      return { startSpan, startActiveSpan }
    },
  }
}
