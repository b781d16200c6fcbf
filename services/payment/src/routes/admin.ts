import { pageOf, paymentAuditQuery, PaymentFaults, PaymentLedgerEntry } from '@toko/contracts'
import { decodeCursor, encodeCursor, type Route, route } from '@toko/http'
import { z } from 'zod'
import type { makeExportLedger } from '../features/export-ledger.ts'
import type { FaultSwitches } from '../ports.ts'

export interface AdminFeatures {
  readonly exportLedger: ReturnType<typeof makeExportLedger>
  readonly faults: FaultSwitches
}

const auth = { roles: ['admin'] } as const
const ledger = 'payment ledger'

/** For people who run the shop: the provider's books and its fault switches. */
export function adminRoutes(f: AdminFeatures): Route[] {
  return [
    route(
      {
        method: 'GET',
        path: '/audit/payments',
        summary: 'Ledger of effects per key, in order of keys.',
        auth,
        query: z.strictObject(paymentAuditQuery),
        answers: { 200: pageOf(PaymentLedgerEntry) },
        errors: ['cursorInvalid'],
      },
      async ({ query: { limit, cursor, orderId } }) => {
        const after = cursor === undefined ? undefined : decodeCursor(ledger, z.tuple([z.string()]), cursor)[0]
        const { items, last } = await f.exportLedger(after, limit, orderId)
        return { status: 200, body: { items, next: last === null ? null : encodeCursor(ledger, [last]) } }
      },
    ),
    route(
      {
        method: 'GET',
        path: '/faults',
        summary: 'Faults that are switched on.',
        auth,
        answers: { 200: PaymentFaults },
      },
      async () => ({ status: 200, body: await f.faults.show() }),
    ),
    route(
      {
        method: 'PUT',
        path: '/faults',
        summary: 'Replace all faults; an empty object switches everything off.',
        auth,
        body: PaymentFaults,
        answers: { 200: PaymentFaults },
      },
      async ({ body }) => {
        await f.faults.replace(body)
        return { status: 200, body: await f.faults.show() }
      },
    ),
  ]
}
