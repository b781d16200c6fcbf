import { importsOf } from './imports.ts'
import { faultAt, programOf, type Fault, type Node, type SourceFile } from './source.ts'
import { isIdentifier, isNode, memberOf, walk } from './walk.ts'

const mongooseGlobals = new Set(['model', 'connect', 'connection', 'disconnect', 'startSession', 'deleteModel'])
const promMetrics = new Set(['Counter', 'Gauge', 'Histogram', 'Summary'])

/** Local names by which a file knows exports of a library: exported name by local name. */
function localNames(file: SourceFile, library: string): Map<string, string> {
  const names = importsOf(file).flatMap((found) => (found.specifier === library && !found.isType ? found.names : []))
  return new Map(names.flatMap(({ local, name, isType }) => (local && !isType ? [[local, name] as const] : [])))
}

const nameOf = (node: unknown) => (isIdentifier(node) ? String((node as Node)['name']) : undefined)

/** Process-wide registries of libraries: two services in one process would share connections, models and metrics. */
export function libraryGlobalFaults(file: SourceFile): Fault[] {
  const mongoose = localNames(file, 'mongoose')
  const prom = localNames(file, 'prom-client')
  const faults: Fault[] = []
  for (const found of importsOf(file)) {
    for (const { name, isType } of found.names) {
      if (isType || found.isType) continue
      if (found.specifier === 'mongoose' && mongooseGlobals.has(name)) {
        faults.push(faultAt(file, found, `mongoose's global ${name}: use a connection from createConnection`))
      }
      if (found.specifier === 'prom-client' && (name === 'register' || name === 'globalRegistry')) {
        faults.push(faultAt(file, found, 'the default metrics registry of prom-client'))
      }
    }
  }
  const isWhole = (names: Map<string, string>, node: unknown) =>
    ['default', '*'].includes(names.get(nameOf(node) ?? '') ?? '')
  walk(programOf(file), (node) => {
    const use = memberOf(node)
    if (use && isWhole(mongoose, use.object) && mongooseGlobals.has(use.property)) {
      faults.push(faultAt(file, node, `mongoose.${use.property}: use a connection from createConnection`))
    }
    if (use && isWhole(prom, use.object) && use.property === 'register') {
      faults.push(faultAt(file, node, 'the default metrics registry of prom-client'))
    }
    const missing = registryMissing(node, prom)
    if (missing) faults.push(faultAt(file, node, missing))
  })
  return faults
}

/** prom-client registers a metric in the default registry unless told otherwise. */
function registryMissing(node: Node, prom: Map<string, string>): string | undefined {
  if (node.type !== 'NewExpression' && node.type !== 'CallExpression') return undefined
  const callee = node['callee']
  const member = memberOf(callee)
  const name = member && prom.has(nameOf(member.object) ?? '') ? member.property : prom.get(nameOf(callee) ?? '')
  const needs = name === 'collectDefaultMetrics' ? 'register' : promMetrics.has(name ?? '') ? 'registers' : undefined
  if (!needs) return undefined
  const [options] = node['arguments'] as Node[]
  // Options by name or spread are taken on trust: the rule reads literals only.
  if (options && options.type !== 'ObjectExpression') return undefined
  const keys = (options?.['properties'] as Node[] | undefined) ?? []
  const isGiven = keys.some(
    (key) => key.type === 'SpreadElement' || (isNode(key['key']) && key['key']['name'] === needs),
  )
  return isGiven ? undefined : `${name} without "${needs}" lands in the default metrics registry`
}
