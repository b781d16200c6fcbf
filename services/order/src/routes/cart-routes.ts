import { z } from 'zod'
import {
  Cart as CartView,
  CartId,
  CartMerge,
  CartPatch,
  CreatedCart,
  LineQuantity,
  NewCart,
  Sku,
} from '@toko/contracts'
import { type Answer, type Route, route, type RouteRequest } from '@toko/http'
import type { Cart } from '../domain/cart.ts'
import type { CartVisitor } from '../features/cart-access.ts'
import type { OrderFeatures } from '../features.ts'

const params = z.object({ id: CartId })
const lineParams = z.object({ id: CartId, sku: Sku })

/** A guest shows the cart's token. */
const guestHeaders = ['cart-token']

/** A signed-in user by their token, a guest by the cart's. */
const visitorOf = (
  request: Pick<RouteRequest<{ auth: 'optional' } & Route['spec']>, 'principal' | 'header'>,
): CartVisitor => ({
  userId: request.principal?.id,
  cartToken: request.header('cart-token')?.slice(0, 64),
})

export function cartRoutes(features: OrderFeatures): Route[] {
  const { carts } = features
  const answer = async (cart: Cart): Promise<Answer> => ({ status: 200, body: await carts.view(cart), etag: cart.rev })
  return [
    route(
      {
        method: 'POST',
        path: '/carts',
        rpc: 'create_cart',
        summary: 'Make a cart; a guest gets its token once',
        auth: 'optional',
        headers: guestHeaders,
        body: NewCart,
        answers: { 201: CreatedCart },
      },
      async (request) => {
        const { cart, cartToken } = await carts.create(request.body, visitorOf(request))
        return {
          status: 201,
          body: { cart: await carts.view(cart), ...(cartToken ? { cartToken } : {}) },
          etag: cart.rev,
          headers: { Location: `/carts/${cart._id}` },
        }
      },
    ),
    route(
      {
        method: 'GET',
        path: '/carts/{id}',
        rpc: 'get_cart',
        summary: 'The cart with prices and warnings of now',
        auth: 'optional',
        headers: guestHeaders,
        params,
        answers: { 200: CartView },
      },
      async (request) => answer(await carts.get(request.params.id, visitorOf(request))),
    ),
    route(
      {
        method: 'PATCH',
        path: '/carts/{id}',
        summary: 'Change address or e-mail',
        auth: 'optional',
        headers: guestHeaders,
        params,
        body: CartPatch,
        ifMatch: 'required',
        answers: { 200: CartView },
        errors: ['conflict'],
      },
      async (request) =>
        answer(await carts.patch(request.params.id, visitorOf(request), request.body, request.ifMatch)),
    ),
    route(
      {
        method: 'PUT',
        path: '/carts/{id}/lines/{sku}',
        rpc: 'set_cart_line',
        summary: 'Set the quantity of a SKU; 0 removes it',
        auth: 'optional',
        headers: guestHeaders,
        params: lineParams,
        body: LineQuantity,
        answers: { 200: CartView },
        errors: ['conflict', 'limitReached'],
      },
      async (request) =>
        answer(await carts.setLine(request.params.id, visitorOf(request), request.params.sku, request.body.quantity)),
    ),
    route(
      {
        method: 'DELETE',
        path: '/carts/{id}/lines/{sku}',
        rpc: 'remove_cart_line',
        summary: 'Remove a line',
        auth: 'optional',
        headers: guestHeaders,
        params: lineParams,
        answers: { 200: CartView },
        errors: ['conflict'],
      },
      async (request) => answer(await carts.setLine(request.params.id, visitorOf(request), request.params.sku, 0)),
    ),
    route(
      {
        method: 'POST',
        path: '/carts/{id}/merges',
        rpc: 'merge_carts',
        summary: "Take over a guest's cart at login",
        auth: 'user',
        params,
        body: CartMerge,
        answers: { 200: CartView },
        errors: ['conflict'],
      },
      async (request) => answer(await carts.merge(request.params.id, request.principal.id, request.body)),
    ),
  ]
}
