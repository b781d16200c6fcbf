import type { PrivateBroker } from '@toko/messaging'

/** Messages in each queue that holds any, ready and under way. */
export async function queueDepths(broker: Pick<PrivateBroker, 'control'>): Promise<Map<string, number>> {
  const lines = (await broker.control('list_queues', 'name', 'messages')).trim().split('\n')
  const depths = lines.map((line) => line.split('\t')).map(([name = '', count]) => [name, Number(count)] as const)
  return new Map(depths.filter(([, count]) => count > 0))
}
