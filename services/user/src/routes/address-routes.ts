import { z } from 'zod'
import { AddressId, NewUserAddress, UserAddress } from '@toko/contracts'
import { type Route, route } from '@toko/http'
import { createAddress, putAddress, removeAddress } from '../features/change-addresses.ts'
import type { Context } from '../features/context.ts'
import { ownAccount } from '../features/view-profile.ts'

const path = '/users/me/addresses'
const params = z.object({ id: AddressId })

/** Own addresses; each has its own version, so that a change of one does not outdate another. */
export const addressRoutes = (c: Context): Route[] => [
  route(
    {
      method: 'GET',
      path,
      summary: 'Own addresses (50 at most)',
      auth: 'user',
      answers: { 200: z.strictObject({ items: z.array(UserAddress) }) },
    },
    async ({ principal }) => ({ status: 200, body: { items: (await ownAccount(c, principal.id)).addresses } }),
  ),
  route(
    {
      method: 'POST',
      path,
      summary: 'Add an address',
      auth: 'user',
      body: NewUserAddress,
      answers: { 201: UserAddress },
      errors: ['limitReached', 'conflict', 'notFound'],
    },
    async ({ principal, body }) => {
      const address = await createAddress(c, principal.id, body)
      return { status: 201, body: address, etag: address.version, headers: { location: `${path}/${address.id}` } }
    },
  ),
  route(
    {
      method: 'PUT',
      path: `${path}/{id}`,
      summary: 'Replace an address',
      auth: 'user',
      params,
      body: NewUserAddress,
      ifMatch: 'required',
      answers: { 200: UserAddress },
      errors: ['conflict'],
    },
    async ({ principal, params: { id }, body, ifMatch }) => {
      const address = await putAddress(c, principal.id, id, body, ifMatch)
      return { status: 200, body: address, etag: address.version }
    },
  ),
  route(
    {
      method: 'DELETE',
      path: `${path}/{id}`,
      summary: 'Remove an address',
      auth: 'user',
      params,
      ifMatch: 'required',
      answers: { 204: null },
      errors: ['conflict'],
    },
    async ({ principal, params: { id }, ifMatch }) => {
      await removeAddress(c, principal.id, id, ifMatch)
      return { status: 204 }
    },
  ),
]
