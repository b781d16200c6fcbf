import { newId } from '@toko/contracts'
import { eventually, freePorts, quiet, testMongoUrl } from '@toko/testkit'
import { database } from '@toko/database'
import { describe, expect, it } from 'vitest'
import { authorise } from '../src/domain/authorise.ts'
import { mongoPaymentStore } from '../src/store/mongo-payment-store.ts'
import { paymentModels } from '../src/store/models.ts'
import { effectsOf, newDatabaseName, newKey, startPayment } from './harness.ts'
import { webhookReceiver } from './webhook-receiver.ts'

const timings = { slowCardMs: 0, processingMs: 100, lateApprovalMs: 0 }

/** Writes what a replica writes that is killed right after: nobody is told, nothing is woken. */
async function writeAndDie(name: string, key: string, method: 'card_ok' | 'card_processing'): Promise<void> {
  const db = database({ service: 'payment', url: testMongoUrl(), name, ...quiet() })
  await db.start?.()
  const store = mongoPaymentStore(paymentModels(db.connection).payments, () => {})
  const asked = { orderId: key.split(':')[0]!, amountMinor: 1000, currency: 'IDR', method } as const
  const decision = authorise(null, { key, asked, providerRef: newId('pay'), at: new Date(), timings })
  if (decision.kind === 'create') await store.insert(decision.payment)
  await db.stop?.()
}

describe('after a crash', () => {
  it('an event that was committed but not published still comes', async () => {
    const name = newDatabaseName()
    const key = newKey()
    const shop = await webhookReceiver()
    await writeAndDie(name, key, 'card_ok')
    const next = await startPayment({ PAYMENT_WEBHOOK_URL: shop.url }, name)
    await eventually(() => expect(shop.typesOf(key)).toEqual(['payment.approved']))
    await next.service.stop?.()
    await shop.stop()
  })

  it('a payment that was processing becomes definitive', async () => {
    const name = newDatabaseName()
    const key = newKey()
    await writeAndDie(name, key, 'card_processing')
    const next = await startPayment({}, name)
    await eventually(async () => expect(await effectsOf(next, key)).toEqual(['authorised']))
    await next.service.stop?.()
  })

  it('webhooks that a silent shop did not take are sent by the next process', async () => {
    const name = newDatabaseName()
    const [port] = await freePorts(1)
    const first = await startPayment({ PAYMENT_WEBHOOK_URL: `http://127.0.0.1:${port}/webhooks/payments` }, name)
    const key = newKey()
    await first.authorise(key)
    await eventually(async () =>
      expect(await first.metrics.render()).toMatch(
        /toko_payment_webhooks_total\{outcome="failed",service="payment"\} \d/,
      ),
    )
    await first.service.stop?.()
    const shop = await webhookReceiver()
    const next = await startPayment({ PAYMENT_WEBHOOK_URL: shop.url }, name)
    await eventually(() => expect(shop.typesOf(key)).toEqual(['payment.approved']))
    await next.service.stop?.()
    await shop.stop()
  })
})
