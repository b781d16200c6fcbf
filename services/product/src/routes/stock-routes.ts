import { z } from 'zod'
import { pageOf, pageQuery, Sku, SkuQuery, Stock, StockAdjustment, StockMovement, Stocks } from '@toko/contracts'
import { type Route, route } from '@toko/http'
import { type Balance, viewMovement } from '../domain/movement.ts'
import { adjustStock, balanceOf } from '../features/adjust-stock.ts'
import type { ProductFeatures } from '../features/product-features.ts'
import { catalogueRoles } from './catalogue-answers.ts'

const params = z.object({ sku: Sku })
const viewStock = ({ sku, onHand, available, reserved, rev }: Balance): Stock => ({
  sku,
  onHand,
  available,
  reserved,
  version: rev,
})

export const stockRoutes = ({ desk, settleStockLater }: ProductFeatures): Route[] => [
  route(
    {
      method: 'GET',
      path: '/stock',
      summary: 'Exact stock of up to 100 SKUs',
      auth: catalogueRoles,
      query: SkuQuery,
      answers: { 200: Stocks },
    },
    async ({ query: { sku: skus } }) => {
      const found = new Map((await desk.ledger.getMany(skus)).map((balance) => [balance.sku, balance]))
      const distinct = [...new Set(skus)]
      const items = distinct.flatMap((sku) => found.get(sku) ?? []).map(viewStock)
      return { status: 200, body: { items, missing: distinct.filter((sku) => !found.has(sku)) } }
    },
  ),
  route(
    {
      method: 'GET',
      path: '/stock/{sku}',
      rpc: 'get_stock',
      summary: 'Exact stock of a SKU; a variant that never had any has zeros',
      auth: catalogueRoles,
      params,
      answers: { 200: Stock },
    },
    async ({ params: { sku } }) => {
      const balance = await balanceOf(desk, sku)
      return { status: 200, body: viewStock(balance), etag: balance.rev }
    },
  ),
  route(
    {
      method: 'POST',
      path: '/stock/{sku}/adjustments',
      summary: 'Change what is on hand, once per key: a repeat answers the same movement',
      auth: catalogueRoles,
      recentAuth: true,
      params,
      body: StockAdjustment,
      idempotencyKey: 'required',
      answers: { 201: StockMovement },
      errors: ['conflict', 'idempotencyKeyReused'],
    },
    async ({ params: { sku }, body, principal, idempotencyKey }) => {
      const movement = await adjustStock(desk, sku, body, { actor: principal.id, key: idempotencyKey })
      settleStockLater(sku)
      return { status: 201, body: viewMovement(sku, movement) }
    },
  ),
  route(
    {
      method: 'GET',
      path: '/stock/{sku}/movements',
      summary: 'The append-only ledger of a SKU, oldest first',
      auth: catalogueRoles,
      params,
      query: z.strictObject(pageQuery),
      answers: { 200: pageOf(StockMovement) },
      errors: ['cursorInvalid'],
    },
    async ({ params: { sku }, query: { limit, cursor } }) => {
      const { items, next } = await desk.ledger.movements(sku, limit, cursor)
      return { status: 200, body: { items: items.map((movement) => viewMovement(sku, movement)), next } }
    },
  ),
]
