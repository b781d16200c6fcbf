import type { Bus, Subscription } from '@toko/messaging'
import type { Part } from '@toko/runtime'
import { rpcMethods, type RpcMethodsOptions } from './rpc-methods.ts'
import { stallWatch } from './stall-watch.ts'

interface RpcServerOptions extends RpcMethodsOptions {
  readonly bus: Pick<Bus, 'serve'>
}

/** The RPC side of a service as a part: it takes calls from start to stop, and finishes those under way. */
export function rpcServer({ bus, ...options }: RpcServerOptions): Part {
  const watch = stallWatch()
  const methods = rpcMethods({ ...options, waitedMs: watch.waitedAtMostMs })
  let subscription: Subscription | undefined
  return {
    name: `${options.service} rpc`,
    start() {
      void watch.start?.()
      subscription = bus.serve(options.service, methods)
    },
    async stop() {
      await subscription?.unsubscribe()
      await watch.stop?.()
    },
  }
}
