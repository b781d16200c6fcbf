import type { CallOptions, Route, ServiceClient } from '@toko/http'
import type { ReservationCore } from '../../services/product/src/features/reservation-core.ts'
import type { ProductFeatures } from '../../services/product/src/features/product-features.ts'
import { reservationRoutes } from '../../services/product/src/routes/reservation-routes.ts'
import { codeOf } from './codes.ts'
import { callService } from './network.ts'
import type { Replica } from './replica.ts'

const endless = { remainingMs: () => 60_000, hasPassed: () => false }

/** The product service's own reservation routes in one replica, found by method and path. */
export function stockRoutes(core: ReservationCore) {
  const features = { core, slots: (work: () => unknown) => work() } as unknown as ProductFeatures
  let routes: Map<string, { readonly handle: Route['handle']; readonly names: readonly string[] }> | undefined
  const build = () =>
    new Map(
      reservationRoutes(features).map(({ spec, handle }) => [
        shapeOf(spec.method, spec.path),
        { handle, names: namesIn(spec.path) },
      ]),
    )
  return async ({ method, path, params, body }: CallOptions<never>): Promise<unknown> => {
    routes ??= build()
    const found = routes.get(shapeOf(method, path))
    if (!found) throw new Error(`the product service has no ${method} ${path}`)
    // Both sides name the parameters of a path as they like.
    const values: Record<string, unknown> = {}
    let i = 0
    for (const name in params as object) values[found.names[i++]!] = params![name]
    return (await found.handle({ params: values, body, deadline: endless } as never, undefined as never)).body
  }
}

const shapes = new Map<string, string>()

/** Method and path with nameless parameters. */
function shapeOf(method: string, path: string): string {
  const name = `${method} ${path}`
  let shape = shapes.get(name)
  if (shape === undefined) shapes.set(name, (shape = name.replaceAll(/\{\w+\}/g, '{}')))
  return shape
}

const names = new Map<string, readonly string[]>()

function namesIn(path: string): readonly string[] {
  let found = names.get(path)
  if (!found) names.set(path, (found = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!)))
  return found
}

/** The client of the order service towards the product service, without a transport. */
export function stockClient(
  from: Replica,
  targets: readonly Replica[],
  routesOf: (replica: Replica) => ReturnType<typeof stockRoutes>,
): ServiceClient {
  return {
    name: 'product client',
    async call(options) {
      const asked = options as unknown as CallOptions<never>
      const state = (asked.body as { state?: string } | undefined)?.state
      const body = await callService({
        from,
        to: 'product',
        targets,
        what: state ?? asked.path.slice('/internal/reservations/'.length),
        code: codeOf(state ?? asked.path),
        place: 'call',
        timeoutMs: 2000,
        serve: (replica) => routesOf(replica)(asked),
      })
      return { status: 200, body, headers: { get: () => null } } as never
    },
  }
}
