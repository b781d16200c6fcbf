import { type ClientLimits, createHttpClient, type ServiceClient, serviceToken } from '@toko/http'
import { createRpcClient, largeAnswersBy, type RpcClientOptions } from '@toko/rpc'
import type { OrderConfig } from '../config.ts'

type Deps = Pick<RpcClientOptions, 'bus' | 'log' | 'metrics'>
type Neighbour = 'product' | 'payment'

const edges = {
  product: { url: 'productUrl', secret: 'toProductSecret' },
  payment: { url: 'paymentUrl', secret: 'toPaymentSecret' },
} as const satisfies Record<Neighbour, { url: keyof OrderConfig; secret: keyof OrderConfig }>

/** Makes clients of the neighbours, over what ORDER_CALLS says. */
export function neighbourClients(config: OrderConfig, { bus, ...deps }: Deps) {
  const commonTo = (neighbour: Neighbour, limits: ClientLimits) => ({
    ...deps,
    ...limits,
    name: 'order',
    authorization: serviceToken('order', neighbour, config[edges[neighbour].secret]),
  })
  const overHttp = (neighbour: Neighbour, limits: ClientLimits & { readonly maxAnswerBytes?: number }) =>
    createHttpClient({
      ...commonTo(neighbour, limits),
      target: `${neighbour}-service`,
      baseUrl: config[edges[neighbour].url],
    })
  const overRpc = (neighbour: Neighbour, limits: ClientLimits) =>
    createRpcClient({ ...commonTo(neighbour, limits), service: neighbour, bus })
  return {
    /** For what orders wait for. */
    client: (neighbour: Neighbour, limits: ClientLimits): ServiceClient =>
      config.calls === 'rpc' ? overRpc(neighbour, limits) : overHttp(neighbour, limits),
    /** For reading books: also by RPC, an answer too large for a message comes over HTTP. */
    bookClient(neighbour: Neighbour, limits: ClientLimits & { readonly maxAnswerBytes: number }) {
      const http = overHttp(neighbour, limits)
      if (config.calls !== 'rpc') return { client: http, parts: [http] }
      const rpc = overRpc(neighbour, limits)
      return { client: largeAnswersBy(http, rpc), parts: [http, rpc] }
    },
  }
}
