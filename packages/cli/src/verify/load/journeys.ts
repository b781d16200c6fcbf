import type { Order, PaymentMethod } from '@toko/contracts'
import { cancelConfirmed, refunded, returned, shipped } from './after-placement.ts'
import type { JourneyName } from './plan-journey.ts'
import type { Journey, Scene } from './scene.ts'

const paidBy =
  (method: PaymentMethod): Journey =>
  ({ buyer }) =>
    buyer.place({ method })

const settledOrder = async ({ settled }: Scene, orderId: string | null): Promise<Order | null> =>
  orderId === null ? null : settled(orderId)

/** Nobody waits for an order that stays unpaid: whoever doesn't want to pay cancels. */
async function cancelIfUnpaid(scene: Scene, orderId: string | null): Promise<void> {
  const order = await settledOrder(scene, orderId)
  if (order?.status === 'reserved') await scene.buyer.cancel(order.id)
}

/** What people do with a shop; each makes one order. */
export const journeys: Readonly<Record<JourneyName, Journey>> = {
  happy: paidBy('card_ok'),
  severalLines: paidBy('card_ok'),
  soldOut: paidBy('card_ok'),
  slowCard: paidBy('card_slow'),
  processingCard: paidBy('card_processing'),
  lateCard: ({ buyer }) => buyer.place({ method: 'card_late_approval', waitS: 0 }),
  declined: async (scene) => cancelIfUnpaid(scene, await scene.buyer.place({ method: 'card_declined' })),
  processingDeclined: async (scene) =>
    cancelIfUnpaid(scene, await scene.buyer.place({ method: 'card_processing_declined' })),
  cancelUnpaid: async (scene) => cancelIfUnpaid(scene, await scene.buyer.place()),
  async otherCard(scene) {
    const { buyer } = scene
    const order = await settledOrder(scene, await buyer.place({ method: 'card_insufficient_funds' }))
    if (order?.status !== 'reserved') return
    await buyer.pay(order.id, 'card_ok')
    await cancelIfUnpaid(scene, order.id)
  },
  async cancelAtOnce(scene) {
    const { buyer, plan } = scene
    const method = plan.draws.pick(['card_ok', 'card_slow', 'card_processing'] as const)
    const id = await buyer.place({ method, waitS: 0 })
    if (id !== null) await buyer.cancel(id)
    await cancelIfUnpaid(scene, id)
  },
  async cancelWhilePaying(scene) {
    const id = await scene.buyer.place({ method: 'card_late_approval', waitS: 1 })
    if (id !== null) await scene.buyer.cancel(id)
    await cancelIfUnpaid(scene, id)
  },
  async repeatedKey({ buyer, plan }) {
    await buyer.place({ method: 'card_ok', times: plan.draws.whole(2, 6) })
    await buyer.placeOther()
  },
  cancelConfirmed,
  refunded,
  shipped,
  returned,
}
