import { z } from 'zod'
import { AccountSeed, errors, JsonWebKeySet, SeededAccount, TokenStatus, TokenStatusBody } from '@toko/contracts'
import { type Route, route } from '@toko/http'
import type { Context } from '../features/context.ts'
import { putAccount } from '../features/put-account.ts'
import { isSessionActive } from '../features/token-status.ts'

/** For other programs of the shop. */
export const internalRoutes = (c: Context): Route[] => [
  route(
    {
      method: 'GET',
      path: '/.well-known/jwks.json',
      summary: 'Keys that access tokens are verified with; two during a rotation',
      auth: 'public',
      query: z.strictObject({}),
      answers: { 200: JsonWebKeySet },
    },
    () =>
      Promise.resolve({
        status: 200,
        body: c.accessTokens.keySet(),
        headers: { 'cache-control': 'public, max-age=300' },
      }),
  ),
  route(
    {
      method: 'POST',
      path: '/internal/token-status',
      rpc: 'token_status',
      summary: 'Whether a session still stands, for acts of high risk',
      auth: 'service',
      body: TokenStatusBody,
      answers: { 200: TokenStatus },
    },
    async ({ body }) => ({ status: 200, body: { active: await isSessionActive(c, body.sid) } }),
  ),
  route(
    {
      method: 'PUT',
      path: '/internal/accounts',
      summary: 'Make or change a verified account, for the seed of a development shop; only the command line may',
      auth: 'service',
      body: AccountSeed,
      answers: { 200: SeededAccount },
      errors: ['conflict'],
    },
    async ({ principal, body }) => {
      if (principal.name !== 'cli') throw errors.forbidden()
      return { status: 200, body: await putAccount(c, body, principal.name) }
    },
  ),
]
