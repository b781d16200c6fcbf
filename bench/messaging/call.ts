import type { RpcMethods } from '@toko/messaging'
import { bareClient, bareServer } from './bare-rpc.ts'
import type { Contest } from './contest.ts'
import { pump } from './pump.ts'
import type { Surroundings } from './surroundings.ts'

const question = { lines: [{ sku: 'KOPI-GAYO-1', quantity: 2 }] }
const methods: RpcMethods = { quote: async ({ args }) => args[0] }

/** Round trips from one client to one server over `nameko-rpc`: request mandatory, reply confirmed before the ack. */
export async function callContest(around: Surroundings, inFlight: number, calls: number): Promise<Contest> {
  const [ours, bares] = [`${around.source}-toko-${inFlight}`, `${around.source}-bare-${inFlight}`]
  const [server, client] = [around.bus('server'), around.bus('client')]
  server.serve(ours, methods)
  await server.start?.()
  await client.start?.()
  const bare = { server: await bareServer(around.amqpUrl, bares), client: await bareClient(around.amqpUrl, bares) }
  return {
    name: inFlight === 1 ? 'call, one at a time' : `call, ${inFlight} in flight`,
    bare: () => pump(calls, inFlight, () => bare.client.call('quote', [question])),
    toko: () => pump(calls, inFlight, () => client.request({ service: ours, method: 'quote' }, { args: [question] })),
    async close() {
      await client.stop?.()
      await server.stop?.()
      await bare.client.close()
      await bare.server.close([`rpc-${ours}`, `rpc-${bares}`])
    },
  }
}
