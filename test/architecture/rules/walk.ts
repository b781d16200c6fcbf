import type { Node } from './source.ts'

export const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as Node).type === 'string'

function childrenOf(node: Node): Node[] {
  return Object.values(node)
    .flatMap((value: unknown) => (Array.isArray(value) ? (value as unknown[]) : [value]))
    .filter(isNode)
}

/** Calls `visit` for every node under `root`, parents (nearest first) alongside. */
export function walk(root: Node, visit: (node: Node, parents: readonly Node[]) => void): void {
  const step = (node: Node, parents: readonly Node[]) => {
    visit(node, parents)
    const inside = [node, ...parents]
    for (const child of childrenOf(node)) step(child, inside)
  }
  step(root, [])
}

const functions = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'])

/** Runs when the module loads: under no function, and under no field of an instance. */
export function isModuleLevel(parents: readonly Node[]): boolean {
  return !parents.some(
    (node) => functions.has(node.type) || (node.type === 'PropertyDefinition' && node['static'] !== true),
  )
}

export const isIdentifier = (node: unknown, name?: string): boolean =>
  isNode(node) && node.type === 'Identifier' && (name === undefined || node['name'] === name)

/** `object.property` with a plain or quoted name; undefined for anything else. */
export function memberOf(node: unknown): { object: unknown; property: string } | undefined {
  if (!isNode(node) || node.type !== 'MemberExpression') return undefined
  const property = node['property']
  if (!isNode(property)) return undefined
  if (node['computed'] === true) {
    return typeof property['value'] === 'string' ? { object: node['object'], property: property['value'] } : undefined
  }
  return { object: node['object'], property: String(property['name']) }
}
