import type { DeadLetter, ShownDeadLetter } from '@toko/contracts'
import { type Output, table } from '../io/output.ts'

const head = ['id', 'queue', 'type', 'subject', 'reason', 'attempts', 'age']

/** A row for each; wider than 80 columns, since ids and queues are there to be copied. */
export function printDeadLetters(
  output: Output,
  items: readonly DeadLetter[],
  queues: readonly { readonly queue: string; readonly parked: number }[],
  nowMs: number,
): void {
  const total = queues.reduce((sum, { parked }) => sum + parked, 0)
  if (total === 0) return output.line('no dead letters')
  const rows = items.map((letter) => [...rowOf(letter), ageOf(letter.parkedAt, nowMs)])
  if (rows.length > 0) output.line(table(rows, head))
  const held = queues.filter(({ parked }) => parked > 0)
  output.line(`\n${total} in all: ${held.map(({ queue, parked }) => `${parked} × ${queue}`).join(', ')}`)
}

const rowOf = ({ id, queue, type, subject, reason, attempts }: DeadLetter) => [
  id,
  queue,
  type,
  subject || '-',
  reason || '-',
  attempts,
]

/** Facts, headers and body, one under the other. */
export function printDeadLetter(output: Output, letter: ShownDeadLetter, nowMs: number): void {
  const { id, queue, type, subject, reason, attempts, error, parkedAt, headers, body, bodyBytes } = letter
  output.line(output.paint('bold', id))
  const facts = [
    ['queue', queue],
    ['type', type],
    ['subject', subject || '-'],
    ['reason', reason || '-'],
    ['error', `${error.name}: ${error.message}`],
    ['attempts', attempts],
    ['parked', `${parkedAt || '-'} (${ageOf(parkedAt, nowMs)} ago)`],
  ]
  output.line(table(facts))
  output.line(`\n${output.paint('bold', 'Headers')}`)
  output.line(table(Object.entries(headers)) || '  none')
  output.line(`\n${output.paint('bold', `Body, ${bodyBytes} bytes`)}`)
  output.line(body === null ? 'withheld: administrators may read it' : readable(body))
}

/** Terminals obey control characters, and anybody may have sent these. */
const readable = (body: string) => body.replaceAll(/[^\P{Cc}\n\t]/gu, '�')

export function ageOf(iso: string, nowMs: number): string {
  const seconds = Math.max(0, Math.round((nowMs - Date.parse(iso)) / 1000))
  if (Number.isNaN(seconds)) return '?'
  if (seconds < 120) return `${seconds} s`
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} d`
}
