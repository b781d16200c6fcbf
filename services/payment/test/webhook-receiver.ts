import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { PaymentEvent } from '@toko/contracts'
import { verifyWebhook, webhookSignatureHeader } from '@toko/http'
import { webhookSecret } from './harness.ts'

/** The shop's end of the webhook: checks each signature against the exact bytes and answers what `answer` says. */
export async function webhookReceiver() {
  const events: PaymentEvent[] = []
  const faults: unknown[] = []
  const attempts: string[] = []
  let answer: (event: PaymentEvent) => number | Promise<number> = () => 204
  const receive = async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const rawBody = Buffer.concat(chunks)
    try {
      verifyWebhook(webhookSecret, request.headers[webhookSignatureHeader] as string, rawBody, Date.now())
      const event = PaymentEvent.parse(JSON.parse(rawBody.toString()))
      attempts.push(event.key)
      const status = await answer(event)
      if (status < 300) events.push(event)
      response.writeHead(status).end()
    } catch (error) {
      faults.push(error)
      response.writeHead(400).end()
    }
  }
  const server = createServer((request, response) => void receive(request, response))
  const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, '127.0.0.1', () => resolve()))
  await listen(0)
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/webhooks/payments`,
    /** Accepted ones, in the order of their coming. */
    events,
    /** Requests whose signature or body was not right. */
    faults,
    attemptsOf: (key: string) => attempts.filter((each) => each === key).length,
    of: (key: string) => events.filter((event) => event.key === key),
    typesOf: (key: string) => events.filter((event) => event.key === key).map(({ type }) => type),
    answerWith(next: typeof answer) {
      answer = next
    },
    stop() {
      server.closeAllConnections()
      return new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}
