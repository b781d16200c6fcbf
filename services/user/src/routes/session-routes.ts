import { z } from 'zod'
import {
  errors,
  pageOf,
  pageQuery,
  RefreshBody,
  RefreshToken,
  Session,
  SessionId,
  SignedIn,
  SignIn,
} from '@toko/contracts'
import { decodeCursor, encodeCursor, type Route, route, type UserVerifier } from '@toko/http'
import { viewSession } from '../domain/session.ts'
import type { Context } from '../features/context.ts'
import { endSession, endSessions, signOut, signOutByRefreshToken } from '../features/end-sessions.ts'
import { listSessions } from '../features/list-sessions.ts'
import { refreshSession } from '../features/refresh-session.ts'
import { requireLiveSession } from '../features/require-live-session.ts'
import { signIn } from '../features/sign-in.ts'
import { clientOf } from './client-of.ts'

const params = z.object({ id: SessionId })

export const sessionRoutes = (c: Context, verify: UserVerifier): Route[] => [
  route(
    {
      method: 'POST',
      path: '/sessions',
      summary: 'Sign in',
      auth: 'public',
      body: SignIn,
      answers: { 201: SignedIn },
      errors: ['unauthenticated', 'quotaExceeded'],
    },
    async (request) => {
      const body = await signIn(c, request.body, clientOf(request))
      return { status: 201, body, headers: { location: `/sessions/${body.session.id}` } }
    },
  ),
  route(
    {
      method: 'POST',
      path: '/sessions/refresh',
      summary: 'Exchange a refresh token for a new pair; the same successor for 10 s, then reuse ends the session',
      auth: 'public',
      body: RefreshBody,
      answers: { 200: SignedIn },
      errors: ['unauthenticated'],
    },
    async ({ body }) => ({ status: 200, body: await refreshSession(c, body.refreshToken) }),
  ),
  route(
    {
      method: 'DELETE',
      path: '/sessions/current',
      summary: 'Sign out; the bearer is the access token or the refresh token',
      auth: 'public',
      answers: { 204: null },
      errors: ['unauthenticated'],
    },
    async (request) => {
      const token = /^Bearer (\S{1,4096})$/i.exec(request.header('authorization') ?? '')?.[1]
      if (token === undefined) throw errors.unauthenticated()
      if (RefreshToken.safeParse(token).success) await signOutByRefreshToken(c, token)
      else {
        const { id, sessionId } = await verify(token)
        await signOut(c, { id, sessionId })
      }
      return { status: 204 }
    },
  ),
  route(
    {
      method: 'GET',
      path: '/sessions',
      summary: 'Own sessions that are not over, newest first',
      auth: 'user',
      query: z.strictObject(pageQuery),
      answers: { 200: pageOf(Session) },
      errors: ['cursorInvalid'],
    },
    async ({ principal, query: { limit, cursor } }) => {
      const binding = ['sessions', principal.id]
      const [afterId] = cursor === undefined ? [] : decodeCursor(binding, z.tuple([SessionId]), cursor)
      const { items, lastId } = await listSessions(c, principal, limit, afterId)
      const body = {
        items: items.map((session) => viewSession(session, principal.sessionId)),
        next: lastId === null ? null : encodeCursor(binding, [lastId]),
      }
      return { status: 200, body }
    },
  ),
  route(
    {
      method: 'DELETE',
      path: '/sessions/{id}',
      summary: 'End one of the own sessions',
      auth: 'user',
      recentAuth: true,
      params,
      answers: { 204: null },
    },
    async ({ principal, params: { id } }) => {
      await requireLiveSession(c, principal)
      await endSession(c, principal, id)
      return { status: 204 }
    },
  ),
  route(
    {
      method: 'DELETE',
      path: '/sessions',
      summary: 'End all own sessions but this one',
      auth: 'user',
      recentAuth: true,
      query: z.strictObject({ except: z.literal('current') }),
      answers: { 204: null },
      errors: ['conflict'],
    },
    async ({ principal }) => {
      await requireLiveSession(c, principal)
      await endSessions(c, principal.id, principal.id, principal.sessionId)
      return { status: 204 }
    },
  ),
]
