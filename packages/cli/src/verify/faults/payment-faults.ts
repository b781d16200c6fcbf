import { PaymentFaults } from '@toko/contracts'
import type { ShopConnection } from '../../shop/connect.ts'

/** Every way of the simulator to misbehave, each now and then; a tenth of all calls in sum. */
const faults: PaymentFaults['faults'] = (
  [
    { kind: 'delay', probability: 0.03, delayMs: 400 },
    { kind: 'error-500', probability: 0.015, effect: 'none' },
    { kind: 'error-500', probability: 0.015, effect: 'before' },
    { kind: 'error-500', probability: 0.01, effect: 'after' },
    { kind: 'reset', probability: 0.01, effect: 'none' },
    { kind: 'reset', probability: 0.015, effect: 'before' },
    { kind: 'malformed', probability: 0.01 },
    { kind: 'wrong-amount', probability: 0.004, operations: ['authorise'] },
    { kind: 'late-approval', probability: 0.005, delayMs: 2000 },
    { kind: 'timeout-after-effect', probability: 0.004 },
  ] as const
).map(
  (fault) =>
    PaymentFaults.shape.faults.parse([
      { ...fault, operations: 'operations' in fault ? [...fault.operations] : undefined },
    ])[0]!,
)

const webhooks = { delayMs: 50, copies: 2, shuffleMs: 500 }

/** Switches the payment simulator's faults on; resolves with what puts back what was set before. */
export async function startPaymentFaults(shop: ShopConnection, seed: number): Promise<() => Promise<void>> {
  const put = async (body: PaymentFaults) =>
    shop.payment.call({
      method: 'PUT',
      path: '/faults',
      headers: await shop.asStaff(),
      body,
      answer: { 200: PaymentFaults },
    })
  const headers = await shop.asStaff()
  const { body: before } = await shop.payment.call({
    method: 'GET',
    path: '/faults',
    headers,
    answer: { 200: PaymentFaults },
  })
  await put({ faults, seed: seed >>> 0, webhooks })
  return async () => void (await put(before))
}
