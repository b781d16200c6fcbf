import { setTimeout as sleep } from 'node:timers/promises'
import { auditBooks, isAtRest } from '@toko/audit'
import { readBooks, type ShopConnection } from '@toko/cli'

/** I1–I13 over all books, once nothing is under way: a line for each violation, and how many things were looked at. */
export async function auditShop(
  connection: ShopConnection,
  limitMs = 60_000,
): Promise<{ readonly checked: number; readonly violations: readonly string[] }> {
  const untilMs = performance.now() + limitMs
  let books = await readBooks(connection)
  while (!isAtRest(books) && performance.now() < untilMs) {
    await sleep(300)
    books = await readBooks(connection)
  }
  const findings = auditBooks(books, Date.now())
  const violations = findings.flatMap(({ id, violations: found }) => found.map((each) => `${id}: ${each}`))
  return {
    checked: findings.reduce((sum, { checked }) => sum + checked, 0),
    violations: isAtRest(books) ? violations : ['the shop did not come to rest', ...violations],
  }
}
