import {
  AccountDeletion,
  EmailBody,
  MailAccepted,
  PasswordChange,
  ProfilePatch,
  User,
  UserExport,
} from '@toko/contracts'
import { type Route, route } from '@toko/http'
import { viewUser } from '../domain/user.ts'
import { requestEmailChange } from '../features/change-email.ts'
import { changePassword } from '../features/change-password.ts'
import type { Context } from '../features/context.ts'
import { deleteAccount } from '../features/delete-account.ts'
import { exportAccount } from '../features/export-account.ts'
import { ownAccount, patchProfile } from '../features/view-profile.ts'
import { clientOf } from './client-of.ts'

/** The own account. */
export const accountRoutes = (c: Context): Route[] => [
  route(
    { method: 'GET', path: '/users/me', summary: 'Own account', auth: 'user', answers: { 200: User } },
    async ({ principal }) => {
      const user = await ownAccount(c, principal.id)
      return { status: 200, body: viewUser(user), etag: user.rev }
    },
  ),
  route(
    {
      method: 'PATCH',
      path: '/users/me',
      summary: 'Change the own profile',
      auth: 'user',
      body: ProfilePatch,
      ifMatch: 'required',
      answers: { 200: User },
      errors: ['notFound', 'conflict'],
    },
    async ({ principal, body, ifMatch }) => {
      const user = await patchProfile(c, principal.id, body, ifMatch)
      return { status: 200, body: viewUser(user), etag: user.rev }
    },
  ),
  route(
    {
      method: 'PUT',
      path: '/users/me/password',
      summary: 'Change the own password; ends all other sessions',
      auth: 'user',
      body: PasswordChange,
      answers: { 204: null },
      errors: ['reauthenticationRequired', 'quotaExceeded', 'conflict'],
    },
    async (request) => {
      await changePassword(c, request.principal, request.body, clientOf(request))
      return { status: 204 }
    },
  ),
  route(
    {
      method: 'POST',
      path: '/users/me/email-changes',
      summary: 'Ask for another e-mail address; a mail to it brings the link that completes it',
      auth: 'user',
      recentAuth: true,
      body: EmailBody,
      answers: { 202: MailAccepted },
      errors: ['conflict'],
    },
    async ({ principal, body }) => {
      await requestEmailChange(c, principal, body.email)
      return { status: 202, body: { status: 'accepted' } }
    },
  ),
  route(
    {
      method: 'GET',
      path: '/users/me/export',
      summary: 'Everything that is held about the own account',
      auth: 'user',
      recentAuth: true,
      answers: { 200: UserExport },
    },
    async ({ principal }) => ({ status: 200, body: await exportAccount(c, principal) }),
  ),
  route(
    {
      method: 'DELETE',
      path: '/users/me',
      summary: 'Close the own account; it is made anonymous after the grace period',
      auth: 'user',
      recentAuth: true,
      answers: { 202: AccountDeletion },
      errors: ['conflict'],
    },
    async ({ principal }) => {
      const deleteAt = await deleteAccount(c, principal)
      return { status: 202, body: { status: 'deleting', deleteAt: deleteAt.toISOString() } }
    },
  ),
]
