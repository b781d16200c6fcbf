import type { PaymentMethod } from '@toko/contracts'
import type { Buyer } from './buyer.ts'
import type { JourneyName, Plan } from './plan-journey.ts'

type Journey = (buyer: Buyer, plan: Plan) => Promise<unknown>

const paidBy =
  (method: PaymentMethod): Journey =>
  (buyer) =>
    buyer.place({ method })

/** Nobody waits for an order that stays unpaid: whoever doesn't want to pay cancels. */
async function cancelIfUnpaid(buyer: Buyer, orderId: string | null): Promise<void> {
  const order = orderId === null ? null : await buyer.settled(orderId)
  if (order?.status === 'reserved') await buyer.cancel(order.id)
}

/** What people do with a shop; each makes one order. */
export const journeys: Readonly<Record<JourneyName, Journey>> = {
  happy: paidBy('card_ok'),
  severalLines: paidBy('card_ok'),
  soldOut: paidBy('card_ok'),
  slowCard: paidBy('card_slow'),
  processingCard: paidBy('card_processing'),
  lateCard: (buyer) => buyer.place({ method: 'card_late_approval', waitS: 0 }),
  declined: async (buyer) => cancelIfUnpaid(buyer, await buyer.place({ method: 'card_declined' })),
  processingDeclined: async (buyer) => cancelIfUnpaid(buyer, await buyer.place({ method: 'card_processing_declined' })),
  async otherCard(buyer) {
    const id = await buyer.place({ method: 'card_insufficient_funds' })
    const order = id === null ? null : await buyer.settled(id)
    if (order?.status !== 'reserved') return
    await buyer.pay(order.id, 'card_ok')
    await cancelIfUnpaid(buyer, order.id)
  },
  cancelUnpaid: async (buyer) => cancelIfUnpaid(buyer, await buyer.place()),
  async cancelAtOnce(buyer, { draws }) {
    const id = await buyer.place({ method: draws.pick(['card_ok', 'card_slow', 'card_processing']), waitS: 0 })
    if (id !== null) await buyer.cancel(id)
    await cancelIfUnpaid(buyer, id)
  },
  async cancelWhilePaying(buyer) {
    const id = await buyer.place({ method: 'card_late_approval', waitS: 1 })
    if (id !== null) await buyer.cancel(id)
    await cancelIfUnpaid(buyer, id)
  },
  async cancelConfirmed(buyer) {
    const id = await buyer.place({ method: 'card_ok' })
    const order = id === null ? null : await buyer.settled(id)
    if (order?.status === 'confirmed') await buyer.cancel(order.id)
  },
  async repeatedKey(buyer, { draws }) {
    await buyer.place({ method: 'card_ok', times: draws.whole(2, 6) })
    await buyer.placeOther()
  },
}
