import { z } from 'zod'
import {
  AuditEntry,
  Email,
  errors,
  pageOf,
  pageQuery,
  Role,
  User,
  UserId,
  UserPatch,
  UserStatus,
} from '@toko/contracts'
import { decodeCursor, encodeCursor, hasRole, type Route, route } from '@toko/http'
import { viewUser } from '../domain/user.ts'
import type { Context } from '../features/context.ts'
import { endSessionsOf, patchUser } from '../features/manage-users.ts'
import { requireLiveSession } from '../features/require-live-session.ts'
import { viewAuditRow } from '../features/view-audit.ts'
import { findAccount } from '../features/view-profile.ts'

const params = z.object({ id: UserId })
const staff = ['support', 'admin'] as const

/** Accounts as staff and services see them. */
export const staffRoutes = (c: Context): Route[] => [
  route(
    {
      method: 'GET',
      path: '/users',
      summary: 'Accounts, newest first',
      auth: { roles: staff },
      query: z.strictObject({
        ...pageQuery,
        email: Email.optional(),
        status: UserStatus.optional(),
        role: Role.optional(),
      }),
      answers: { 200: pageOf(User) },
      errors: ['cursorInvalid'],
    },
    async ({ principal, query: { limit, cursor, ...filter } }) => {
      await requireLiveSession(c, principal, staff)
      const binding = ['users', filter]
      const [afterId] = cursor === undefined ? [] : decodeCursor(binding, z.tuple([UserId]), cursor)
      const found = await c.users.list(filter, limit + 1, afterId)
      const items = found.slice(0, limit)
      const next = found.length > limit ? encodeCursor(binding, [items.at(-1)!._id]) : null
      return { status: 200, body: { items: items.map(viewUser), next } }
    },
  ),
  route(
    {
      method: 'GET',
      path: '/users/{id}',
      summary: 'One account: for its owner, staff and services; not-found for everybody else',
      auth: 'user-or-service',
      params,
      answers: { 200: User },
    },
    async ({ principal, params: { id } }) => {
      const maySee = principal.kind === 'service' || principal.id === id || hasRole(principal, ...staff)
      if (!maySee) throw errors.notFound()
      const user = await findAccount(c, id)
      return { status: 200, body: viewUser(user), etag: user.rev }
    },
  ),
  route(
    {
      method: 'PATCH',
      path: '/users/{id}',
      summary: 'Change roles or status; a suspension ends all sessions',
      auth: { roles: ['admin'] },
      params,
      body: UserPatch,
      ifMatch: 'required',
      answers: { 200: User },
      errors: ['conflict'],
    },
    async ({ principal, params: { id }, body, ifMatch }) => {
      const user = await patchUser(c, principal, id, body, ifMatch)
      return { status: 200, body: viewUser(user), etag: user.rev }
    },
  ),
  route(
    {
      method: 'DELETE',
      path: '/users/{id}/sessions',
      summary: 'End all sessions of an account',
      auth: { roles: ['admin'] },
      params,
      answers: { 204: null },
      errors: ['conflict'],
    },
    async ({ principal, params: { id } }) => {
      await endSessionsOf(c, principal, id)
      return { status: 204 }
    },
  ),
  route(
    {
      method: 'GET',
      path: '/users/{id}/audit',
      summary: 'What happened to an account, newest first',
      auth: { roles: ['admin'] },
      params,
      query: z.strictObject(pageQuery),
      answers: { 200: pageOf(AuditEntry) },
      errors: ['cursorInvalid'],
    },
    async ({ principal, params: { id }, query: { limit, cursor } }) => {
      await requireLiveSession(c, principal, ['admin'])
      const binding = ['audit', id]
      const after = cursor === undefined ? undefined : decodeCursor(binding, z.tuple([z.number(), z.string()]), cursor)
      const found = await c.audits.list(id, limit + 1, after)
      const items = found.slice(0, limit)
      const last = items.at(-1)
      const next = found.length > limit && last ? encodeCursor(binding, [last.at.getTime(), last._id]) : null
      return { status: 200, body: { items: items.map(viewAuditRow), next } }
    },
  ),
]
