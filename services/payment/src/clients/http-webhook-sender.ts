import { type HttpClient, signWebhook, webhookSignatureHeader } from '@toko/http'
import { aboutOrder, inStoredTrace } from '@toko/runtime'
import type { Clock, WebhookSender } from '../ports.ts'

/** Any of these means that the shop has stored the event. */
const accepted = { 200: null, 201: null, 202: null, 204: null }

interface Needs {
  readonly client: HttpClient
  /** Path of the webhook on the client's host. */
  readonly path: string
  readonly secret: string
  readonly clock: Clock
}

/** Signs at the moment of sending, so that a late retry is not taken for a replay. */
export function httpWebhookSender({ client, path, secret, clock }: Needs): WebhookSender {
  return {
    async send(event, trace) {
      // The client sends JSON.stringify(body): the very text that is signed here.
      const signature = signWebhook(secret, JSON.stringify(event), clock.now())
      const headers = { [webhookSignatureHeader]: signature }
      await inStoredTrace(trace, () =>
        aboutOrder(event.orderId, () => client.call({ method: 'POST', path, body: event, headers, answer: accepted })),
      )
    },
  }
}
