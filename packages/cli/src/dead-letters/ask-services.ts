import { type HttpClient, ProblemAnswer } from '@toko/http'
import { explain } from '../io/failure.ts'
import type { ShopConnection } from '../shop/connect.ts'

const services = ['user', 'product', 'order', 'payment'] as const
type ServiceName = (typeof services)[number]

export interface Asked<T> {
  readonly answers: readonly { readonly service: ServiceName; readonly value: T }[]
  /** Services that gave no answer of use: what they have is not known. */
  readonly faults: readonly { readonly service: ServiceName; readonly why: string }[]
}

type Ask<T> = (client: HttpClient, headers: { authorization: string }) => Promise<T>

/** Asks every service at once, as each answers for its own queues. @throws ProblemAnswer when this account may not */
export async function askServices<T>(shop: ShopConnection, ask: Ask<T>): Promise<Asked<T>> {
  const headers = await shop.asStaff()
  const asked = await Promise.allSettled(services.map((service) => ask(shop[service], headers)))
  const answers = asked.flatMap((each, index) =>
    each.status === 'fulfilled' ? [{ service: services[index]!, value: each.value }] : [],
  )
  const faults = asked.flatMap((each, index) =>
    each.status === 'rejected' ? [{ service: services[index]!, why: faultOf(each.reason) }] : [],
  )
  return { answers, faults }
}

/** Not permitted is no fault of one service: all would say the same. */
function faultOf(reason: unknown): string {
  if (reason instanceof ProblemAnswer && (reason.status === 401 || reason.status === 403)) throw reason
  return explain(reason)
}
