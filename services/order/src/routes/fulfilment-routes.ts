import { z } from 'zod'
import {
  CreateRefund,
  CreateReturn,
  CreateShipment,
  errors,
  idSchema,
  OrderId,
  OrderReturn,
  Refund,
  Shipment,
} from '@toko/contracts'
import { type Route, route } from '@toko/http'
import type { OrderFeatures } from '../features.ts'
import { goOn, orderOf, orderParams as params, staffRoles, viewerOf } from './order-access.ts'

const auth = { roles: staffRoles }
const refusals = ['notFound', 'illegalTransition', 'conflict'] as const
const keyed = [...refusals, 'idempotencyKeyReused'] as const

/** What happens to a confirmed order: goods leave, arrive and come back, money goes back. */
export function fulfilmentRoutes(features: OrderFeatures): Route[] {
  const { orders } = features
  return [
    route(
      {
        method: 'POST',
        path: '/orders/{id}/shipments',
        summary: 'Send goods of a paid order: all of them, or a part; never more than was ordered',
        auth,
        params,
        body: CreateShipment,
        idempotencyKey: 'required',
        answers: { 201: Shipment },
        errors: keyed,
      },
      async ({ params: { id }, principal, body, idempotencyKey: key, deadline }) => {
        const shipped = await orders.ship(await orderOf(features, id, principal), { key, body })
        const settled = await goOn(features, shipped, deadline)
        const index = shipped.shipments!.findIndex((shipment) => shipment.key === key)
        return { status: 201, body: orders.view(settled, viewerOf(settled, principal)).shipments[index] }
      },
    ),
    route(
      {
        method: 'POST',
        path: '/orders/{id}/shipments/{shipmentId}/deliveries',
        summary: 'A shipment has arrived; the last one completes the order',
        auth,
        params: z.object({ id: OrderId, shipmentId: idSchema('shp') }),
        idempotencyKey: 'required',
        answers: { 201: Shipment },
        errors: refusals,
      },
      async ({ params: { id, shipmentId }, principal, idempotencyKey }) => {
        const order = await orderOf(features, id, principal)
        const delivered = await orders.deliver(order, shipmentId, idempotencyKey)
        orders.advanceLater(delivered)
        const { shipments } = orders.view(delivered, viewerOf(delivered, principal))
        return { status: 201, body: shipments.find((shipment) => shipment.id === shipmentId) }
      },
    ),
    route(
      {
        method: 'POST',
        path: '/orders/{id}/refunds',
        summary: 'Pay back an amount, lines, a return, or all that is left; never more than was taken',
        auth,
        recentAuth: true,
        params,
        body: CreateRefund,
        idempotencyKey: 'required',
        answers: { 201: Refund },
        errors: keyed,
      },
      async ({ params: { id }, principal, body, idempotencyKey: key, deadline }) => {
        const refunded = await orders.refund(await orderOf(features, id, principal), { key, body })
        const settled = await goOn(features, refunded, deadline)
        const index = refunded.refunds!.findIndex((refund) => refund.key === key)
        return { status: 201, body: orders.view(settled, viewerOf(settled, principal)).refunds[index] }
      },
    ),
    route(
      {
        method: 'POST',
        path: '/orders/{id}/returns',
        summary: 'Send goods back, as long as the time for returns lasts; a refund that names the return pays for it',
        auth: 'user',
        params,
        body: CreateReturn,
        idempotencyKey: 'required',
        answers: { 201: OrderReturn },
        errors: keyed,
      },
      async ({ params: { id }, principal, body, idempotencyKey: key }) => {
        const order = await orderOf(features, id, principal)
        if (order.userId !== principal.id) throw errors.forbidden()
        const returned = await orders.return(order, { key, body })
        orders.advanceLater(returned)
        const index = returned.returns!.findIndex((each) => each.key === key)
        return { status: 201, body: orders.view(returned, viewerOf(returned, principal)).returns[index] }
      },
    ),
  ]
}
