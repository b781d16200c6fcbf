import { type DeadLetter, formatMoney, type OrderStory, type Source, type StoryAlert } from '@toko/contracts'
import { type Output, table, wrap } from '../io/output.ts'
import { printTraces } from './print-traces.ts'
import { clock, cut } from './text.ts'

const colours = { confirmed: 'green', rejected: 'red', cancelled: 'red', expired: 'red' } as const

type Rows = readonly (readonly (string | number)[])[]

/** The story for a person, within 80 columns. */
export function printStory(output: Output, story: OrderStory): void {
  const section = (title: string, rows: Rows, none: string) => {
    output.line(`\n${output.paint('bold', title)}`)
    output.line(rows.length === 0 ? `  ${none}` : indent(table(rows)))
  }
  printHead(output, story)
  printCause(output, story)
  section('Lines', story.order.lines.map(lineRow), 'none')
  section('Events', story.events.map(eventRow), 'not available')
  section('Messages that wait', waitingRows(story), 'none')
  section('Reservation', reservationRows(story), 'none')
  section('Payments', paymentRows(story), 'none')
  section("Provider's ledger", ledgerRows(story), 'nothing')
  section('Attempts', attemptRows(story), 'none beyond the first')
  section('Dead letters', rowsOf(story.deadLetters, deadLetterRow), noneOf(story.deadLetters))
  printTraces(output, story)
  section('Log lines', logRows(story), noneOf(story.logs))
  section('Alerts', rowsOf(story.alerts, alertRow), noneOf(story.alerts))

  output.line(`\n${output.paint('bold', 'Missing')}`)
  if (story.missing.length === 0) output.line('  nothing')
  for (const line of story.missing) output.line(output.paint('yellow', wrap(line, '  ')))
}

const indent = (text: string) => text.replaceAll(/^/gm, '  ')

function rowsOf<T>(source: Source<readonly T[]>, row: (item: T) => Rows[number]): Rows {
  return 'fault' in source ? [] : source.value.map(row)
}
const noneOf = (source: Source<unknown>) => ('fault' in source ? 'not known: see Missing' : 'none')

function printHead(output: Output, { order, objective }: OrderStory): void {
  const status = output.paint(colours[order.status as keyof typeof colours] ?? 'yellow', order.status)
  output.line(`${output.paint('bold', order.id)}  ${status}${order.reason ? ` (${order.reason})` : ''}`)
  output.line(`number ${order.number}, placed ${order.createdAt.slice(0, 19).replace('T', ' ')} UTC`)
  output.line(`by ${order.userId}`)
  output.line(`total ${order.total ? formatMoney(order.total) : 'not known yet'}, payment ${order.paymentStatus}`)
  const { seconds, limitSeconds, isMet } = objective
  const verdict = { true: 'kept', false: output.paint('red', 'broken'), null: 'still open' }[String(isMet) as 'null']
  output.line(`objective ${objective.slo}: ${verdict}, ${seconds.toFixed(1)} s of ${limitSeconds} s`)
}

function printCause(output: Output, { cause }: OrderStory): void {
  output.line(`\n${output.paint('bold', 'Cause')}`)
  if (!cause) return output.line('  none: it went as it should, or ended as somebody decided')
  const { service, operation, errorType, message, evidence, traceId, spanId } = cause
  const what = [operation, errorType, message === errorType ? null : message].filter(Boolean).join(': ')
  output.line(`  ${output.paint('red', service)}`)
  output.line(wrap(what.replaceAll(/\s+/g, ' ').slice(0, 400), '  '))
  const where = [traceId === null ? '' : `trace ${traceId}`, spanId === null ? '' : `span ${spanId}`]
  output.line(wrap([`known from: ${evidence}`, ...where.filter(Boolean)].join(', '), '  '))
}

const lineRow = ({ sku, quantity, title, lineTotal }: OrderStory['order']['lines'][number]) => [
  `${quantity} ×`,
  cut(sku, 24),
  cut(title ?? '', 24),
  lineTotal ? formatMoney(lineTotal) : '',
]

function eventRow(
  { at, service, what, detail }: OrderStory['events'][number],
  index: number,
  all: OrderStory['events'],
) {
  const before = all[index - 1]
  const after = before ? `+${Date.parse(at) - Date.parse(before.at)} ms` : ''
  return [clock(at), after, service, cut(what, 26), cut(detail ?? '', 14)]
}

const waitingRows = ({ audited }: OrderStory) =>
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

/** What was tried again: the order's own steps, and messages. */
function attemptRows({ audited, traces }: OrderStory): Rows {
  const { attempts = 0, dueAt = null } = 'fault' in audited ? {} : audited.value
  const own =
    attempts > 0 ? [['order', `${attempts} × a step without an answer`, dueAt ? `due ${clock(dueAt)}` : '']] : []
  const spans = 'fault' in traces ? [] : traces.value.flatMap((trace) => trace.spans)
  const again = spans.filter(({ attempt }) => attempt !== null && attempt > 1)
  return [
    ...own,
    ...again.map(({ service, messageType, attempt, errorType }) => [
      service,
      `delivery ${attempt} of ${messageType ?? 'a call'}`,
      errorType ?? 'handled',
    ]),
  ]
}

const deadLetterRow = ({ queue, type, attempts, error, parkedAt }: DeadLetter) => [
  clock(parkedAt),
  cut(type, 20),
  cut(queue, 24),
  `${attempts} attempts`,
  cut(error.name, 12),
]

const mostLines = 40

function logRows({ logs }: OrderStory): Rows {
  if ('fault' in logs) return []
  const last = logs.value.slice(-mostLines)
  const rows = last.map(({ at, service, level, message, error }) => [
    clock(at),
    service,
    level,
    cut(error ? `${message}: ${error}` : message, 46),
  ])
  const left = logs.value.length - last.length
  return left > 0 ? [['…', '', '', `${left} earlier lines: --json`], ...rows] : rows
}

const alertRow = ({ name, severity, service, slo, firstSeenAt, lastSeenAt }: StoryAlert) => [
  cut(name, 24),
  severity,
  service ?? '',
  slo ?? '',
  `${firstSeenAt.slice(11, 19)}–${lastSeenAt.slice(11, 19)}`,
]
