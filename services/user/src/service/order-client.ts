import { createHttpClient, type ServiceClient, serviceToken } from '@toko/http'
import { createRpcClient, type RpcClientOptions } from '@toko/rpc'
import type { UserConfig } from '../config.ts'

/** Calls to the order service, over what USER_CALLS says. */
export function orderClient(
  config: UserConfig,
  { bus, ...deps }: Pick<RpcClientOptions, 'bus' | 'log' | 'metrics'>,
): ServiceClient {
  const common = {
    ...deps,
    name: 'user',
    authorization: serviceToken('user', 'order', config.toOrderSecret),
    timeoutMs: config.orderCallMs,
  }
  return config.calls === 'rpc'
    ? createRpcClient({ ...common, service: 'order', bus })
    : createHttpClient({ ...common, target: 'order-service', baseUrl: config.orderUrl })
}
