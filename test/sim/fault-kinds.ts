/** Where a fault can strike: what kind of port call it is. */
export type Place = 'read' | 'write' | 'order-write' | 'call' | 'psp' | 'publish' | 'client' | 'webhook'

/**
 * Every fault the simulator knows, where it strikes and how often beside the others there.
 * `late-write`: the caller was told of a time-out and the write happens long after. `failover`: what no majority had is gone.
 */
export const faultKinds = {
  'db-refused': { read: 3, write: 2, 'order-write': 2 },
  'db-slow': { read: 2, write: 2, 'order-write': 2 },
  'db-answer-lost': { write: 3, 'order-write': 3 },
  'db-late-write': { write: 3, 'order-write': 2 },
  'db-majority-late': { 'order-write': 2 },
  'db-failover': { 'order-write': 2 },
  'crash-before': { read: 1, write: 3, 'order-write': 3, call: 2, psp: 3, publish: 2 },
  'crash-after': { write: 3, 'order-write': 3, call: 2, psp: 3, publish: 2 },
  pause: { read: 1, write: 2, 'order-write': 2, call: 1, psp: 2, publish: 1 },
  'call-refused': { call: 2, psp: 1, client: 1 },
  'call-lost': { call: 3, psp: 2, client: 2 },
  'call-late': { call: 4, psp: 2, client: 2 },
  'call-twice': { call: 2, psp: 2, client: 2 },
  'answer-lost': { call: 3, psp: 3, client: 3 },
  'psp-error-before': { psp: 3 },
  'psp-error-after': { psp: 3 },
  'psp-wrong-amount': { psp: 2 },
  'psp-late-effect': { psp: 3 },
  'publish-refused': { publish: 3 },
  'confirm-lost': { publish: 3 },
  'message-lost': { publish: 3 },
  'message-late': { publish: 5 },
  'message-twice': { publish: 3 },
  'webhook-late': { webhook: 3 },
  'webhook-twice': { webhook: 3 },
} as const satisfies Record<string, Partial<Record<Place, number>>>

export type CallFault = keyof typeof faultKinds

/** Those that strike by themselves, not at a call. */
export const otherFaults = [
  'crash-idle',
  'crash-while-handling',
  'clock-jump',
  'psp-down',
  'broker-lost',
  'card-declined',
  'card-processing',
  'card-late-approval',
  'stray-release',
] as const

export type FaultName = CallFault | (typeof otherFaults)[number]
export const allFaults = [...(Object.keys(faultKinds) as CallFault[]), ...otherFaults]

/** What a seed's world suffers from mostly; `all` mixes them. */
export const themes = {
  calm: [],
  database: ['db-refused', 'db-slow', 'db-answer-lost', 'db-late-write', 'db-majority-late', 'db-failover'],
  crashes: ['crash-before', 'crash-after'],
  pauses: ['pause', 'call-late', 'db-late-write'],
  network: ['call-refused', 'call-lost', 'call-late', 'call-twice', 'answer-lost'],
  provider: ['psp-error-before', 'psp-error-after', 'psp-wrong-amount', 'psp-late-effect', 'answer-lost', 'call-late'],
  messages: ['publish-refused', 'confirm-lost', 'message-lost', 'message-late', 'message-twice', 'call-refused'],
  webhooks: ['webhook-late', 'webhook-twice', 'answer-lost', 'psp-late-effect'],
  all: Object.keys(faultKinds) as CallFault[],
} as const satisfies Record<string, readonly CallFault[]>

export type Theme = keyof typeof themes

/** Faults of a theme by place, each as often as it weighs. */
export function faultTable(theme: Theme): Readonly<Record<Place, readonly CallFault[]>> {
  const table: Record<Place, CallFault[]> = {
    read: [],
    write: [],
    'order-write': [],
    call: [],
    psp: [],
    publish: [],
    client: [],
    webhook: [],
  }
  for (const kind of themes[theme])
    for (const [place, weight] of Object.entries(faultKinds[kind]))
      for (let i = 0; i < weight; i++) table[place as Place].push(kind)
  return table
}
