import { EmailBody, MailAccepted, PasswordReset, Registration, RegistrationAnswer, TokenBody } from '@toko/contracts'
import { type Answer, type Route, route } from '@toko/http'
import { resetPassword } from '../features/change-password.ts'
import type { Context } from '../features/context.ts'
import { confirmEmailChange } from '../features/change-email.ts'
import { register } from '../features/register.ts'
import { requestMail } from '../features/request-mail.ts'
import { verifyEmail } from '../features/verify-email.ts'
import { clientOf } from './client-of.ts'

const accepted: Answer = { status: 202, body: { status: 'accepted' } }

/** What works without a sign-in; answers are the same for known and unknown accounts (U4). */
export const registrationRoutes = (c: Context): Route[] => [
  route(
    {
      method: 'POST',
      path: '/users',
      summary: 'Register; a mail brings the link that completes it',
      auth: 'public',
      body: Registration,
      answers: { 202: RegistrationAnswer },
      errors: ['quotaExceeded'],
    },
    async (request) => {
      await register(c, request.body, clientOf(request))
      return { status: 202, body: { status: 'verification-sent' } }
    },
  ),
  route(
    {
      method: 'POST',
      path: '/email-verifications',
      summary: 'Confirm the e-mail address with the mailed token',
      auth: 'public',
      body: TokenBody,
      answers: { 204: null },
      errors: ['tokenInvalid', 'conflict'],
    },
    async ({ body }) => {
      await verifyEmail(c, body.token)
      return { status: 204 }
    },
  ),
  route(
    {
      method: 'POST',
      path: '/email-verifications/requests',
      summary: 'Mail the verification link again',
      auth: 'public',
      body: EmailBody,
      answers: { 202: MailAccepted },
      errors: ['quotaExceeded'],
    },
    async (request) => {
      await requestMail(c, 'verification', request.body.email, clientOf(request))
      return accepted
    },
  ),
  route(
    {
      method: 'POST',
      path: '/password-resets',
      summary: 'Mail a link that sets a new password',
      auth: 'public',
      body: EmailBody,
      answers: { 202: MailAccepted },
      errors: ['quotaExceeded'],
    },
    async (request) => {
      await requestMail(c, 'password-reset', request.body.email, clientOf(request))
      return accepted
    },
  ),
  route(
    {
      method: 'POST',
      path: '/password-resets/confirmations',
      summary: 'Set a new password with the mailed token; ends all sessions and signs nobody in',
      auth: 'public',
      body: PasswordReset,
      answers: { 204: null },
      errors: ['tokenInvalid', 'conflict'],
    },
    async ({ body }) => {
      await resetPassword(c, body.token, body.password)
      return { status: 204 }
    },
  ),
  route(
    {
      method: 'POST',
      path: '/email-changes/confirmations',
      summary: 'Confirm a new e-mail address with the mailed token',
      auth: 'public',
      body: TokenBody,
      answers: { 204: null },
      errors: ['tokenInvalid', 'conflict'],
    },
    async ({ body }) => {
      await confirmEmailChange(c, body.token)
      return { status: 204 }
    },
  ),
]
