import { auditBooks, isAtRest } from '@toko/audit'
import { booksAtRest, readBooks, type ShopConnection } from '@toko/cli'

/** I1–I13 over all books, once nothing is under way: a line for each violation, and how many things were looked at. */
export async function auditShop(
  connection: ShopConnection,
  limitMs = 60_000,
): Promise<{ readonly checked: number; readonly violations: readonly string[] }> {
  const books = await booksAtRest(() => readBooks(connection), { limitMs, everyMs: 300 })
  const findings = auditBooks(books, Date.now())
  const violations = findings.flatMap(({ id, violations: found }) => found.map((each) => `${id}: ${each}`))
  return {
    checked: findings.reduce((sum, { checked }) => sum + checked, 0),
    violations: isAtRest(books) ? violations : ['the shop did not come to rest', ...violations],
  }
}
