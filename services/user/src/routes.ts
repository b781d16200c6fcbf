import { describeApi, type Route, type UserVerifier } from '@toko/http'
import { type DeadLetterDesk, deadLetterRoutes } from '@toko/rpc'
import type { Context } from './features/context.ts'
import { accountRoutes } from './routes/account-routes.ts'
import { addressRoutes } from './routes/address-routes.ts'
import { internalRoutes } from './routes/internal-routes.ts'
import { mailboxRoutes } from './routes/mailbox-routes.ts'
import { registrationRoutes } from './routes/registration-routes.ts'
import { sessionRoutes } from './routes/session-routes.ts'
import { staffRoutes } from './routes/staff-routes.ts'

/** Everything that the user service can be asked over HTTP. `/users/me` stands before `/users/{id}`. */
export const userServiceRoutes = (
  c: Context,
  verify: UserVerifier,
  { hasMailbox, deadLetters }: { hasMailbox: boolean; deadLetters: DeadLetterDesk },
): Route[] => [
  ...registrationRoutes(c),
  ...sessionRoutes(c, verify),
  ...accountRoutes(c),
  ...addressRoutes(c),
  ...staffRoutes(c),
  ...internalRoutes(c),
  ...deadLetterRoutes(deadLetters),
  ...(hasMailbox ? mailboxRoutes(c) : []),
]

/** OpenAPI document; handlers are not called for it. */
export const userApi = describeApi(
  { title: 'toko user', version: '0.1.0', description: 'Accounts, sessions, profiles, addresses and roles.' },
  userServiceRoutes({} as Context, () => Promise.reject(new Error('not called')), {
    hasMailbox: true,
    deadLetters: {} as DeadLetterDesk,
  }),
)
