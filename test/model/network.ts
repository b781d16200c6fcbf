/**
 * Messages of one order that are under way, as a set of bits: any of them may be lost, come twice, out of order, or late.
 * `each` takes single messages away, as a broker would; `all` never does and may forget everything at once instead. Both
 * allow the same deliveries, and after a loss of everything only sweepers can help; `all` needs far fewer states.
 */
export type Loss = 'each' | 'all'

export interface Network<M extends string> {
  readonly bit: Readonly<Record<M, number>>
  /** Subsets there are. */
  readonly size: number
  /** What is left of `net` after each way in which `message` may be delivered. */
  deliveries(net: number, message: M): readonly { readonly label: string; readonly left: number }[]
  /** The ways in which messages may be lost. */
  losses(net: number): readonly { readonly label: string; readonly left: number }[]
}

export function network<M extends string>(messages: readonly M[], loss: Loss): Network<M> {
  const bit = Object.fromEntries(messages.map((message, index) => [message, 1 << index])) as Record<M, number>
  const named = Object.fromEntries(
    messages.map((message) => [message, { once: `deliver ${message}`, again: `deliver ${message}, kept` }]),
  ) as Record<M, { once: string; again: string }>
  return {
    bit,
    size: 1 << messages.length,
    deliveries(net, message) {
      if ((net & bit[message]) === 0) return []
      const { once, again } = named[message]
      return loss === 'all'
        ? [{ label: once, left: net }]
        : [
            { label: once, left: net & ~bit[message] },
            { label: again, left: net },
          ]
    },
    losses(net) {
      if (loss === 'all') return net === 0 ? [] : [{ label: 'lose everything', left: 0 }]
      return messages
        .filter((message) => (net & bit[message]) !== 0)
        .map((message) => ({ label: `lose ${message}`, left: net & ~bit[message] }))
    },
  }
}
