import { type StoryFacts, valueOf } from './facts.ts'

/** What the books of the services owe each other about one order. */
export function missingInBooks({
  order,
  audited,
  reservation,
  payments,
}: Pick<StoryFacts, 'order' | 'audited' | 'reservation' | 'payments'>): string[] {
  const missing: string[] = []
  const waiting = valueOf(audited)?.outbox ?? []
  for (const { type } of waiting) missing.push(`${type} was decided, but is not published yet (order service's outbox)`)

  const held = valueOf(reservation)
  const ledger = valueOf(payments)
  const isEnded = ['rejected', 'cancelled', 'expired'].includes(order.status)
  if (held === null && !['pending', 'rejected', 'cancelled', 'expired'].includes(order.status))
    missing.push(`${order.status}, but the product service has no reservation`)
  if (order.status === 'authorised' && held?.status === 'held')
    missing.push('authorised, but the product service has not allocated the stock yet')
  if (order.status === 'confirmed' && held && held.status !== 'allocated' && held.status !== 'consumed')
    missing.push(`confirmed, but its reservation is ${held.status}`)
  if (isEnded && held && held.status !== 'released')
    missing.push(`${order.status}, but its reservation is still ${held.status}`)
  if (held && held.outbox > 0) missing.push(`${held.outbox} answers of the product service are not published yet`)
  if (!ledger) return missing

  for (const { attempt, state } of order.payments) {
    const entry = ledger.find(({ key }) => key.endsWith(`:${attempt}`))
    if (!entry && state !== 'none')
      missing.push(`payment ${attempt} is ${state} here, the provider knows nothing of it`)
    else if (state === 'requested' || state === 'unknown')
      missing.push(`payment ${attempt} is ${state} here; the provider says ${entry?.state ?? 'nothing'}`)
  }
  if (order.status === 'confirmed' && !ledger.some(({ state }) => state === 'captured'))
    missing.push('confirmed, but the provider has not captured the money yet')
  const open = ledger.filter(({ state }) => state === 'approved' || state === 'captured')
  if (isEnded && open.length > 0)
    missing.push(`${order.status}, but the provider has ${open[0]!.key} ${open[0]!.state}`)
  return missing
}
