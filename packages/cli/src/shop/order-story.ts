import type { AuditedOrder, AuditedReservation, Order, PaymentLedgerEntry } from '@toko/contracts'

/** What one service knows, or why it could not be asked. */
export type Source<T> = { readonly value: T } | { readonly fault: string }

export interface OrderStory {
  readonly order: Order
  readonly audited: Source<AuditedOrder>
  /** Null when the product service has none. */
  readonly reservation: Source<AuditedReservation | null>
  readonly payments: Source<readonly PaymentLedgerEntry[]>
}

const valueOf = <T>(source: Source<T>): T | undefined => ('value' in source ? source.value : undefined)

/** What should be there and is not: each line names the service to look at. */
export function whatIsMissing({ order, audited, reservation, payments }: OrderStory): string[] {
  const missing: string[] = []
  for (const [name, source] of Object.entries({ audited, reservation, payments }))
    if ('fault' in source) missing.push(`${names[name as keyof typeof names]} could not be read: ${source.fault}`)

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

const names = { audited: "the order's messages", reservation: 'the reservation', payments: "the provider's ledger" }
