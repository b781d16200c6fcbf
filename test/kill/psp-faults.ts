import type { Random } from './random.ts'

const kinds = [
  { kind: 'error-500', effect: 'none' },
  { kind: 'error-500', effect: 'before' },
  { kind: 'error-500', effect: 'after' },
  { kind: 'reset', effect: 'none' },
  { kind: 'reset', effect: 'before' },
  { kind: 'reset', effect: 'after' },
  { kind: 'timeout-after-effect' },
  { kind: 'malformed' },
  { kind: 'wrong-amount', operations: ['authorise'] },
  { kind: 'late-approval', delayMs: 3000 },
  { kind: 'delay', delayMs: 800 },
] as const

/** Body of `PUT /faults`: one way for the provider to misbehave for some calls, and webhooks that come twice, late and out of order. */
export function drawPspFaults(random: Random): object {
  const fault = { ...random.pick(kinds), probability: random.between(0.2, 0.8) }
  const webhooks = random.next() < 0.5 ? { delayMs: 500, copies: 2, shuffleMs: 2000 } : undefined
  return { faults: [fault], seed: Math.floor(random.between(0, 2 ** 31)), ...(webhooks ? { webhooks } : {}) }
}
