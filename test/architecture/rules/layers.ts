import { importsOf, type Import } from './imports.ts'
import { internalPackage, placeOf, targetOf } from './places.ts'
import { faultAt, type Fault, type SourceFile } from './source.ts'

/** What a layer of a service may import: own layers; packages by value. Types of any allowed package are free but for domain. */
interface Layer {
  readonly own: readonly string[]
  readonly ownTypes?: readonly string[]
  readonly values: readonly string[] | 'any'
}

const layers: Readonly<Record<string, Layer>> = {
  domain: { own: ['domain'], values: ['contracts'] },
  ports: { own: ['domain'], values: ['contracts'] },
  features: { own: ['domain', 'features', 'ports', 'store-port'], values: ['contracts', 'audit', 'node:'] },
  'store-port': { own: ['domain', 'ports', 'store-port'], values: ['contracts'] },
  store: { own: ['domain', 'ports', 'store', 'store-port', 'config'], values: 'any' },
  clients: { own: ['domain', 'ports', 'clients', 'config'], values: 'any' },
  config: { own: ['domain', 'config'], values: 'any' },
  routes: { own: ['features', 'routes', 'domain', 'ports'], ownTypes: ['config', 'store-port'], values: 'any' },
  events: { own: ['features', 'events', 'domain', 'ports'], ownTypes: ['config', 'store-port'], values: 'any' },
  service: { own: ['*'], values: 'any' },
  main: { own: ['service', 'config'], values: 'any' },
  index: { own: ['service', 'config', 'routes', 'events'], ownTypes: ['*'], values: 'any' },
}

/** The layer of `services/x/src/…`: its folder or file name. Under store, everything but the `mongo-*` adapters is the port. */
export function layerOf(path: string): string | undefined {
  const [, , src, first = '', second] = path.split('/')
  if (src !== 'src') return undefined
  if (second === undefined) return first.replace(/\.ts$/, '')
  return first === 'store' && path.endsWith('-store.ts') && !second.startsWith('mongo-') ? 'store-port' : first
}

/** Layering inside one service; services/all has none. Tests may reach any layer of their own service. */
export function layerFaults(file: SourceFile): Fault[] {
  const place = placeOf(file)
  const name = layerOf(file.path)
  if (place.kind !== 'service' || place.name === 'all' || place.isTest || name === undefined) return []
  const layer = layers[name]
  if (!layer)
    return [{ path: file.path, line: 1, message: `"${name}" is no layer of a service (STYLE.md "Inside a service")` }]
  return importsOf(file).flatMap((found) => {
    const why = objection(file, name, layer, found)
    return why ? [faultAt(file, found, why)] : []
  })
}

function objection(file: SourceFile, name: string, layer: Layer, { specifier, isType }: Import): string | undefined {
  const target = targetOf(file, specifier)
  if (target !== undefined) {
    const to = layerOf(target) ?? target
    const allowed = [...layer.own, ...(isType ? (layer.ownTypes ?? []) : [])]
    return allowed.includes('*') || allowed.includes(to) ? undefined : `${name} may not import ${to} ("${specifier}")`
  }
  const from = internalPackage(specifier)?.name ?? (specifier.startsWith('node:') ? 'node:' : specifier)
  if (name === 'domain') {
    return from === 'contracts' ? undefined : `domain is pure: only contracts, not "${specifier}"`
  }
  return isType || layer.values === 'any' || layer.values.includes(from)
    ? undefined
    : `${name} may not use "${specifier}" at run time`
}
