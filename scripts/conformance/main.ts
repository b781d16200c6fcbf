/**
 * Runs the bus's conformance suite on every broker at hand: the in-process bus, the RabbitMQ of this machine, that of
 * AMQP_URL, and the image RABBITMQ_IMAGE (rabbitmq:4-management) where a Docker engine is. Ends with a line for each.
 * usage: node scripts/conformance/main.ts
 */
import { connect } from 'amqplib'
import { type Broker, brokers } from './brokers.ts'
import { runSuite } from './run-suite.ts'

/** What a server of anybody's can run. */
const files = [
  'test/rabbitmq/conformance',
  'test/rabbitmq/calls-on-the-wire',
  'test/rabbitmq/events-on-the-wire',
  'test/rabbitmq/broker-behaviour',
  'test/dead-letters/rabbitmq',
]
const lines: string[] = []
let failures = 0

function settle(name: string, { passed, failed, reasons }: Awaited<ReturnType<typeof runSuite>>): void {
  lines.push(`${name}: ${passed + failed} cases, ${failed} failed`, ...reasons.map((reason) => `  ${reason}`))
  failures += failed
}

async function examine(broker: Broker, index: number): Promise<void> {
  const connection = await connect(broker.url)
  const { version } = connection.connection.serverProperties
  await connection.close()
  const name = `RabbitMQ ${version} (${broker.from})`
  console.log(`\n== ${name}`)
  settle(name, await runSuite(String(index), 'rabbitmq', files, { AMQP_URL: broker.url }))
  const left = (await broker.queues?.()) ?? []
  if (left.length === 0) return
  failures++
  lines.push(`  left ${left.length} queues behind: ${left.slice(0, 5).join(', ')}`)
}

console.log('== in-process bus')
settle('in-process bus', await runSuite('in-process', 'unit', ['packages/messaging/test/in-process.test.ts']))
const missing: string[] = []
for (const [index, find] of brokers.entries()) {
  const broker = await find(process.env)
  if (typeof broker === 'string') {
    missing.push(broker)
    continue
  }
  // A container does not end with us.
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void broker.stop().finally(() => process.exit(130)))
  try {
    await examine(broker, index)
  } finally {
    await broker.stop()
  }
}
console.log(`\n${lines.join('\n')}`)
for (const why of missing) console.log(`not at hand: ${why}`)
console.log(
  'not run here: faults that kill, block, wipe or cut a broker have private ones of this machine (make matrix)',
)
if (missing.length === brokers.length) {
  console.log('no RabbitMQ at hand: nothing was proved about it')
  failures++
}
process.exit(failures === 0 ? 0 : 1)
