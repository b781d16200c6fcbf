import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

interface ConfirmChannel {
  publish(
    exchange: string,
    key: string,
    content: unknown,
    options: unknown,
    confirmed: (error: unknown) => void,
  ): boolean
}

const fromMessaging = createRequire(new URL('../../../packages/messaging/src/index.ts', import.meta.url))
const amqplib = join(dirname(fromMessaging.resolve('amqplib')), 'lib/channel_model.js')

/** What every confirmed publish of a process goes through, as the messaging package brings it: for preloads to wrap. */
export const { prototype: confirmChannel } = (
  fromMessaging(amqplib) as { ConfirmChannel: { prototype: ConfirmChannel } }
).ConfirmChannel
