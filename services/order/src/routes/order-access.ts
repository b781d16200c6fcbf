import { z } from 'zod'
import { errors, OrderId } from '@toko/contracts'
import { hasRole, type UserPrincipal } from '@toko/http'
import { type Deadline, deadlineIn } from '@toko/runtime'
import type { Viewer } from '../domain/derived.ts'
import type { Order } from '../domain/order.ts'
import type { OrderFeatures } from '../features.ts'

export const orderParams = z.object({ id: OrderId })

export const staffRoles = ['orders', 'support', 'admin'] as const
export const isStaff = (principal: UserPrincipal) => hasRole(principal, ...staffRoles)

export const viewerOf = (order: Order, principal: UserPrincipal): Viewer => ({
  isOwner: order.userId === principal.id,
  isStaff: isStaff(principal),
})

/** Another user's order is as unknown as one that doesn't exist. @throws not-found, conflict for one that is held back */
export async function orderOf({ orders }: OrderFeatures, id: string, principal: UserPrincipal): Promise<Order> {
  const order = await orders.get(id)
  if (!order || (order.userId !== principal.id && !isStaff(principal))) throw errors.notFound()
  return order
}

/** Takes the steps that an act caused for a part of the answer's time, and leaves the rest to the background. */
export async function goOn({ orders }: OrderFeatures, order: Order, deadline: Deadline): Promise<Order> {
  const settled = await orders.advance(order, deadlineIn(Math.min(1000, deadline.remainingMs() / 2)))
  orders.advanceLater(settled)
  return settled
}
