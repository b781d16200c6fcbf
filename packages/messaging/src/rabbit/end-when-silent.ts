import type { Socket } from 'node:net'
import type { ChannelModel } from 'amqplib'

/** Looks per heartbeat; counted, because a process that stood still has not listened either. */
const looks = 5
const silentLooks = 2 * looks

/**
 * Ends a connection whose peer has said nothing for two heartbeats (half-open TCP: order-protocol.md, row 24). amqplib
 * does so too, but counts whole intervals: after up to three of them, 30 s.
 */
export function endWhenSilent(model: ChannelModel): void {
  // Not in its types: the socket, and the heartbeat that both sides agreed on, in seconds; 0 is none.
  const { stream, heartbeat } = model.connection as unknown as { readonly stream: Socket; readonly heartbeat: number }
  if (heartbeat === 0) return
  let [read, silent] = [0, 0]
  const timer = setInterval(
    () => {
      silent = stream.bytesRead === read ? silent + 1 : 0
      read = stream.bytesRead
      if (silent >= silentLooks) stream.destroy(new Error('Heartbeat timeout: the broker has fallen silent'))
    },
    (heartbeat * 1000) / looks,
  )
  timer.unref()
  stream.once('close', () => clearInterval(timer))
}
