import { importsOf } from './imports.ts'
import { placeOf } from './places.ts'
import { faultAt, programOf, type Fault, type Node, type SourceFile } from './source.ts'
import { isIdentifier, memberOf, walk } from './walk.ts'

/** What belongs to the one owner of a process: its environment, signals, exit code, working folder. */
const ownersOnly = new Set(
  'env on once addListener prependListener prependOnceListener off removeListener removeAllListeners exit exitCode reallyExit abort chdir'.split(
    ' ',
  ),
)

/** Files that own a process: runtime, command line, entry points (main.ts, the --import preload); tests and scripts are programs. */
function ownsProcess(file: Pick<SourceFile, 'path'>): boolean {
  const place = placeOf(file)
  const isEntry = /\/(main|preload)\.ts$/.test(file.path)
  return isEntry || place.isTest || place.kind === 'root' || ['packages/runtime', 'packages/cli'].includes(place.folder)
}

/** Two services share one process: neither may read its environment, listen to its signals, end it or write to its console. */
export function processGlobalFaults(file: SourceFile): Fault[] {
  if (ownsProcess(file)) return []
  const faults: Fault[] = []
  for (const found of importsOf(file)) {
    if (/^(node:)?(process|console)$/.test(found.specifier)) {
      faults.push(faultAt(file, found, `import of "${found.specifier}" outside runtime, cli and main.ts`))
    }
  }
  walk(programOf(file), (node, [parent]) => {
    const owner = memberOf(node)
    const isGlobalThis = owner && isIdentifier(owner.object, 'globalThis')
    if (isGlobalThis && (owner.property === 'process' || owner.property === 'console')) {
      faults.push(faultAt(file, node, `globalThis.${owner.property} outside runtime, cli and main.ts`))
    }
    if (node.type !== 'Identifier' || !isReference(node, parent)) return
    if (node['name'] === 'console') faults.push(faultAt(file, node, 'console outside runtime, cli and main.ts'))
    if (node['name'] !== 'process') return
    const use = memberOf(parent)
    if (!use || use.object !== node) faults.push(faultAt(file, node, 'process handed on as a whole'))
    else if (ownersOnly.has(use.property)) {
      faults.push(faultAt(file, node, `process.${use.property} outside runtime, cli and main.ts`))
    }
  })
  return faults
}

/** A use of the name itself, not a property, key, parameter or member of a type that is called so too. */
function isReference(node: Node, parent: Node | undefined): boolean {
  if (!parent || parent.type.startsWith('TS') || /^(Import|Export)/.test(parent.type)) return false
  if (parent.type === 'MemberExpression') return parent['object'] === node || parent['computed'] === true
  if (parent.type === 'Property' || parent.type === 'PropertyDefinition') return parent['value'] === node
  if (parent.type === 'MethodDefinition' || parent.type === 'LabeledStatement') return false
  return true
}
