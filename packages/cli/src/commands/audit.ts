import { type Command, Option } from 'commander'
import { auditBooks, type Finding, isAtRest } from '@toko/audit'
import type { Output } from '../io/output.ts'
import { wrap } from '../io/output.ts'
import { shopCommand, type ShopOptions, wholeNumber, withShop } from './shared.ts'

export function auditCommand(): Command {
  return shopCommand(
    'audit',
    'check the invariants I1–I13 and the rules of stock, money and fulfilment over the books of all services; exit code 1: one is violated',
  )
    .addOption(
      new Option('--settle <s>', 'wait up to so many seconds until nothing is under way').argParser(wholeNumber),
    )
    .action((options: ShopOptions & { settle?: number }) =>
      withShop(options, async (shop, output) => {
        const [{ booksAtRest }, { readBooks }] = await Promise.all([
          import('../shop/books-at-rest.ts'),
          import('../shop/read-books.ts'),
        ])
        const books = await booksAtRest(() => readBooks(shop), {
          limitMs: (options.settle ?? 0) * 1000,
          everyMs: 500,
          onLook: (seen) => void (output.isTty && !isAtRest(seen) && output.note('not at rest yet')),
        })
        const findings = auditBooks(books, Date.now())
        const isSound = findings.every(({ violations }) => violations.length === 0)
        if (options.json) output.json({ isSound, isAtRest: isAtRest(books), findings })
        else print(output, findings, isAtRest(books))
        return isSound ? 0 : 1
      }),
    )
}

/** At most so many lines for each invariant: one fault may show a thousand times. */
const shownViolations = 10

function print(output: Output, findings: readonly Finding[], atRest: boolean): void {
  for (const { id, what, checked, violations, note } of findings) {
    const isSound = violations.length === 0
    const mark = isSound ? output.paint('green', 'ok  ') : output.paint('red', 'FAIL')
    output.line(`${mark} ${id.padEnd(3)} ${what.padEnd(64)} ${String(checked).padStart(6)}`)
    for (const violation of violations.slice(0, shownViolations)) output.line(wrap(violation, '         '))
    if (violations.length > shownViolations) output.line(`         … and ${violations.length - shownViolations} more`)
    if (note) output.line(output.paint('dim', wrap(note, '         ')))
  }
  const count = findings.reduce((sum, { violations }) => sum + violations.length, 0)
  const rest = atRest ? 'the shop was at rest' : 'the shop was not at rest (--settle waits for it)'
  output.line(count === 0 ? `no violation; ${rest}` : output.paint('red', `${count} violations; ${rest}`))
}
