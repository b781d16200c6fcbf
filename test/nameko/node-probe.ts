import type { Message, OwnedBus, RpcCall } from '@toko/messaging'

/** What Nameko services called and told this process. */
export interface NodeProbe {
  readonly calls: RpcCall[]
  readonly heard: Message[]
}

/** A service of this process, for what no service of the shop does. */
export function serveNodeProbe(bus: OwnedBus): NodeProbe {
  const calls: RpcCall[] = []
  const heard: Message[] = []
  bus.serve('nodeprobe', {
    async echo(call) {
      calls.push(call)
      return { args: call.args, kwargs: call.kwargs }
    },
    /** Calls back, so that the stack of the calls grows. */
    async through(call) {
      calls.push(call)
      return bus.request({ service: 'probe', method: 'echo' }, { args: ['through'] })
    },
    unserialisable: async () => ({ total: Number.NaN }),
  })
  for (const [source, type] of [
    ['probe', 'said'],
    ['forecast', 'stock_running_low'],
  ] as const)
    bus.subscribe({ source, type, service: 'nodeprobe', handler: 'hear' }, async (message) => void heard.push(message))
  return { calls, heard }
}
