import { faultAt, programOf, type Fault, type Node, type SourceFile } from './source.ts'
import { isIdentifier, isNode, memberOf, walk } from './walk.ts'

/** Shows on a real broker what the rule is for. */
const proof = 'packages/messaging/test/rabbitmq/broker-behaviour.test.ts'

/** `reject` counts deliveries on quorum queues, `nack` does not: a poison message would come round for ever (DESIGN §7). */
export function nackFaults(file: SourceFile): Fault[] {
  const faults: Fault[] = []
  if (file.path === proof) return faults
  walk(programOf(file), (node) => {
    if (node.type !== 'CallExpression') return
    const name =
      memberOf(node['callee'])?.property ?? (isIdentifier(node['callee']) ? (node['callee'] as Node)['name'] : '')
    if (name === 'nack' || name === 'nackAll') faults.push(faultAt(file, node, `${name}: reject instead`))
  })
  return faults
}

const fixedPort = (node: unknown): number | undefined =>
  isNode(node) && node.type === 'Literal' && typeof node['value'] === 'number' && node['value'] !== 0
    ? node['value']
    : undefined

/** Ports come from configuration and may be 0; a number written into listen() collides in the next test. */
export function fixedPortFaults(file: SourceFile): Fault[] {
  const faults: Fault[] = []
  walk(programOf(file), (node) => {
    if (node.type !== 'CallExpression') return
    const callee = node['callee']
    if (memberOf(callee)?.property !== 'listen' && !isIdentifier(callee, 'listen')) return
    for (const argument of node['arguments'] as Node[]) {
      const options = argument.type === 'ObjectExpression' ? (argument['properties'] as Node[]) : []
      const named = options.find(({ key }) => isIdentifier(key, 'port'))
      const port = fixedPort(argument) ?? fixedPort(named?.['value'])
      if (port !== undefined) faults.push(faultAt(file, node, `fixed port ${port} in listen()`))
    }
  })
  return faults
}
