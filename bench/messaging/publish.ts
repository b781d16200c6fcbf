import type { Contest } from './contest.ts'
import { openEventQueue } from './event-queue.ts'
import { pump } from './pump.ts'
import type { Surroundings } from './surroundings.ts'

const [events, inFlight] = [10_000, 200]

/** One publisher: persistent, mandatory, confirmed, into a quorum queue. */
export async function publishContest(around: Surroundings): Promise<Contest> {
  const target = await openEventQueue(around, 'published')
  const bus = around.bus('publish')
  await bus.start?.()
  const publishing = async (publish: (n: number) => Promise<void>) => {
    const rate = await pump(events, inFlight, publish)
    await target.purge()
    return rate
  }
  return {
    name: `publish with confirms, ${inFlight} in flight`,
    goalRate: 5_000,
    bare: () => publishing(target.publishBare),
    toko: () => publishing((n) => bus.publish(target.event(n))),
    async close() {
      await bus.stop?.()
      await target.close()
    },
  }
}
