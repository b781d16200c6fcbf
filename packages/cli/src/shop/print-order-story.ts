import { formatMoney } from '@toko/contracts'
import { type Output, table, wrap } from '../io/output.ts'
import { type OrderStory, whatIsMissing } from './order-story.ts'

const colours = { confirmed: 'green', rejected: 'red', cancelled: 'red', expired: 'red' } as const
const clock = (iso: string) => iso.slice(11, 23)

/** The story for a person, within 80 columns. */
export function printOrderStory(output: Output, story: OrderStory): void {
  const { order } = story
  const status = output.paint(colours[order.status as keyof typeof colours] ?? 'yellow', order.status)
  output.line(`${output.paint('bold', order.id)}  ${status}${order.reason ? ` (${order.reason})` : ''}`)
  output.line(`number ${order.number}, placed ${order.createdAt.slice(0, 19).replace('T', ' ')} UTC`)
  output.line(`by ${order.userId}`)
  output.line(`total ${order.total ? formatMoney(order.total) : 'not known yet'}, payment ${order.paymentStatus}`)

  const section = (title: string, rows: readonly (readonly (string | number)[])[], none: string) => {
    output.line(`\n${output.paint('bold', title)}`)
    output.line(rows.length === 0 ? `  ${none}` : indent(table(rows)))
  }
  section('Lines', order.lines.map(lineRow), 'none')
  section('History', historyRows(story), 'not available')
  section('Messages that wait', messageRows(story), 'none')
  section('Reservation', reservationRows(story), 'none')
  section('Payments', paymentRows(story), 'none')
  section("Provider's ledger", ledgerRows(story), 'nothing')

  const missing = whatIsMissing(story)
  output.line(`\n${output.paint('bold', 'Missing')}`)
  if (missing.length === 0) output.line('  nothing')
  for (const line of missing) output.line(output.paint('yellow', wrap(line, '  ')))
}

const indent = (text: string) => text.replaceAll(/^/gm, '  ')
const cut = (text: string, width: number) => (text.length <= width ? text : `${text.slice(0, width - 1)}…`)

const lineRow = ({ sku, quantity, title, lineTotal }: OrderStory['order']['lines'][number]) => [
  `${quantity} ×`,
  cut(sku, 24),
  cut(title ?? '', 24),
  lineTotal ? formatMoney(lineTotal) : '',
]

function historyRows({ audited }: OrderStory) {
  if ('fault' in audited) return []
  const { history } = audited.value
  return history.map(({ version, status, reason, at }, index) => {
    const before = history[index - 1]
    const after = before ? `+${Date.parse(at) - Date.parse(before.at)} ms` : ''
    return [version, status, clock(at), after, reason ?? '']
  })
}

const messageRows = ({ audited }: OrderStory) =>
  'fault' in audited ? [] : audited.value.outbox.map(({ type, version, time }) => [type, version ?? '', clock(time)])

function reservationRows({ reservation }: OrderStory) {
  if ('fault' in reservation || !reservation.value) return []
  const { status, reason, lines } = reservation.value
  return lines.map(({ sku, quantity }, index) => [
    index === 0 ? `${status}${reason ? ` (${reason})` : ''}` : '',
    `${quantity} ×`,
    sku,
  ])
}

const paymentRows = ({ order }: OrderStory) =>
  order.payments.map(({ attempt, state, amount, method, declineCode, requestedAt }) => [
    attempt,
    state,
    formatMoney(amount),
    declineCode ?? method,
    clock(requestedAt),
  ])

function ledgerRows({ order, payments }: OrderStory) {
  if ('fault' in payments) return []
  return payments.value.flatMap(({ key, effects }) =>
    effects.map(({ kind, amountMinor, at }) => [
      key.slice(key.indexOf(':') + 1),
      kind,
      formatMoney({ amount: amountMinor, currency: order.currency }),
      clock(at),
    ]),
  )
}
