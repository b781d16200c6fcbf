import { faultAt, programOf, type Fault, type Node, type SourceFile } from './source.ts'
import { isIdentifier, isModuleLevel, isNode, memberOf, walk } from './walk.ts'

const timers = new Set(['setInterval', 'setTimeout', 'setImmediate'])
const mutators = new Set('set add delete clear push pop shift unshift splice sort reverse fill'.split(' '))

/** Declarations at the top of the module, exported or not. */
function declarationsOf(program: Node): Node[] {
  return (program['body'] as Node[])
    .map((statement) => (isNode(statement['declaration']) ? statement['declaration'] : statement))
    .filter((statement) => statement.type === 'VariableDeclaration' && statement['declare'] !== true)
}

/** Containers by the name of their constant: `new Map()`, `new Set()`, `[]`, `{}`. A WeakMap dies with its keys and may stay. */
function containersOf(declarations: readonly Node[]): Set<string> {
  const names = declarations
    .flatMap((declaration) => declaration['declarations'] as Node[])
    .filter(({ init }) => isNode(init) && (isPlainLiteral(init) || isMapOrSet(init)))
    .map(({ id }) => (isNode(id) ? String(id['name']) : ''))
  return new Set(names)
}

const isPlainLiteral = (node: Node) => node.type === 'ArrayExpression' || node.type === 'ObjectExpression'
const isMapOrSet = (node: Node) =>
  node.type === 'NewExpression' && (isIdentifier(node['callee'], 'Map') || isIdentifier(node['callee'], 'Set'))

/** The name whose value this node changes: `x.set(…)`, `x.push(…)`, `x.y = …`, `x[i]++`, `delete x.y`. */
function changedName(node: Node): string | undefined {
  const call = node.type === 'CallExpression' ? memberOf(node['callee']) : undefined
  if (call && mutators.has(call.property) && isIdentifier(call.object)) return String((call.object as Node)['name'])
  const isDelete = node.type === 'UnaryExpression' && node['operator'] === 'delete'
  const target =
    node.type === 'AssignmentExpression'
      ? node['left']
      : node.type === 'UpdateExpression' || isDelete
        ? node['argument']
        : undefined
  if (!isNode(target) || target.type !== 'MemberExpression' || !isIdentifier(target['object'])) return undefined
  return String((target['object'] as Node)['name'])
}

/**
 * State or timers of a module outlive every service that uses them and are shared by two services in one process:
 * no `let`, no timer, no container that a function changes later. A table filled while the module loads is a constant.
 */
export function moduleStateFaults(file: SourceFile): Fault[] {
  const program = programOf(file)
  const declarations = declarationsOf(program)
  const faults = declarations
    .filter(({ kind }) => kind === 'let' || kind === 'var')
    .map((node) => faultAt(file, node, `module-level ${String(node['kind'])}`))
  const containers = containersOf(declarations)
  walk(program, (node, parents) => {
    if (node.type === 'CallExpression' && isModuleLevel(parents)) {
      const callee = node['callee']
      const name = isIdentifier(callee) ? String((callee as Node)['name']) : (memberOf(callee)?.property ?? '')
      if (timers.has(name)) faults.push(faultAt(file, node, `${name} at module level`))
    }
    const name = changedName(node)
    if (name !== undefined && containers.has(name) && !isModuleLevel(parents)) {
      faults.push(faultAt(file, node, `module-level "${name}" is changed by a function`))
    }
  })
  return faults
}
