import type { Draft, Placing } from './state.ts'
import type { Message, Turn } from './rules.ts'

/** What a sweeper sends again, from the status alone (R9). */
const commands: Partial<Record<Placing['status'], Message>> = {
  pending: 'Reserve',
  cancelling: 'Release',
  authorised: 'Allocate',
}

/** The order service: every change is a compare-and-set on the status. Payment is in `payment-steps.ts`. */
export function orderSteps({ order, rules, net, act, on, send }: Turn): void {
  const { broken } = rules
  const cancel = (next: Draft<Placing>) => {
    next.status = 'cancelling'
    send(next, 'Release')
  }
  const move = (from: Placing['status'], to: Placing['status']) => (next: Draft<Placing>) => {
    if (next.status === from) next.status = to
  }
  if (order.status === 'absent')
    act('create', (next) => {
      next.status = 'pending'
      send(next, 'Reserve')
    })
  const command = commands[order.status]
  if (command && !broken.has('noSweeper') && (order.net & net.bit[command]) === 0)
    act(`resend ${command}`, (next) => send(next, command))

  on('Reserved', move('pending', 'reserved'))
  on('Rejected', (next) => {
    if (next.status === 'pending' || (broken.has('noGuard') && next.status !== 'confirmed')) next.status = 'ended'
  })
  on('Released', move('cancelling', 'ended'))
  on('Allocated', move('authorised', 'confirmed'))
  if (rules.overdue)
    on('Overdue', (next) => {
      if (next.status === 'ended' || (broken.has('overdueReleases') && next.status !== 'confirmed'))
        send(next, 'Release')
    })
  if (order.status === 'pending') act('pending too long', cancel)
  if (order.status === 'reserved') act('cancel or unpaid too long', cancel)
}
