import { describe, expect, it } from 'vitest'
import { explore, type Model } from './engine.ts'
import { type Loss, network } from './network.ts'
import { placement } from './placement/model.ts'

const messages = ['a', 'b'] as const

/** A sender that sends each message once, a receiver that notes the order of the first two deliveries. */
function mail(loss: Loss): Model<{ sent: number; net: number; got: string }> {
  const { bit, deliveries, losses } = network(messages, loss)
  return {
    initial: { sent: 0, net: 0, got: '' },
    key: ({ sent, net, got }) => `${sent} ${net} ${got}`,
    next(state, step) {
      for (const message of messages) {
        const isSent = (state.sent & bit[message]) !== 0
        if (!isSent)
          step(`send ${message}`, { ...state, sent: state.sent | bit[message], net: state.net | bit[message] })
        if (state.got.length === 2) continue
        for (const { label, left } of deliveries(state.net, message))
          step(label, { ...state, net: left, got: state.got + message })
      }
      for (const { label, left } of losses(state.net)) step(label, { ...state, net: left })
    },
    problem: () => undefined,
    isEnd: () => true,
    goals: {
      ...Object.fromEntries(['aa', 'ab', 'ba', 'bb'].map((wanted) => [wanted, ({ got }) => got === wanted])),
      'all sent, all lost': ({ sent, net, got }) => sent === 3 && net === 0 && got === '',
      'one lost, the other doubled': ({ sent, net, got }) => sent === 3 && net === 0 && got === 'bb',
    },
  }
}

describe('network', () => {
  it.each<Loss>(['each', 'all'])('%s: loses, doubles and reorders', (loss) => {
    expect(explore(mail(loss)).verdict).toEqual({ kind: 'holds' })
  })

  it('refuses to deliver what was not sent', () => {
    const { bit, deliveries } = network(messages, 'each')
    expect(deliveries(bit.a, 'b')).toEqual([])
    expect(deliveries(bit.a, 'a').map(({ left }) => left)).toEqual([0, bit.a])
  })

  it('both forms agree on what is caught', () => {
    const outcome = (loss: Loss) =>
      (
        ['noTombstone', 'clockRelease', 'noVoiding', 'timeoutCancel', 'voidNoTomb', 'freshKey', 'anyReply'] as const
      ).map((rule) => {
        const { verdict } = explore(placement({ attempts: 2, loss, broken: new Set([rule]) }))
        return verdict.kind === 'violated' ? [rule, verdict.problem] : [rule, verdict.kind]
      })
    expect(outcome('all')).toEqual(outcome('each'))
  })
})
