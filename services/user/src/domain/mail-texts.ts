import type { MailTemplate } from './mail.ts'

export interface MailText {
  readonly subject: string
  readonly text: string
  /** Holds the one-time token, if the mail has one. */
  readonly link: string | null
}

interface TextParts {
  readonly subject: string
  /** Appended to the subject, so that a mail program lists which order it is. */
  readonly names?: string
  /** Page of the storefront that takes the token. */
  readonly page?: string
  readonly lines: (data: Readonly<Record<string, string>>) => readonly string[]
}

const notYou = 'If this was not you, reset your password at once.'

const parts: Readonly<Record<MailTemplate, TextParts>> = {
  'verify-email': {
    subject: 'Confirm your e-mail address',
    page: '/verify-email',
    lines: () => ['Welcome to toko. Confirm your e-mail address within 15 minutes:'],
  },
  'account-exists': {
    subject: 'You already have an account',
    lines: () => [
      'Somebody, perhaps you, tried to register with this address. You already have an account: sign in, or reset your password.',
    ],
  },
  'reset-password': {
    subject: 'Reset your password',
    page: '/reset-password',
    lines: () => ['Choose a new password within 15 minutes. If you did not ask for this, ignore it: nothing changes.'],
  },
  'confirm-email-change': {
    subject: 'Confirm your new e-mail address',
    page: '/confirm-email',
    lines: () => ['Confirm within 15 minutes that this is the new address of your account:'],
  },
  'email-taken': {
    subject: 'This address already has an account',
    lines: () => ['Somebody tried to change the address of another account to this one. Nothing was changed.'],
  },
  'password-changed': {
    subject: 'Your password was changed',
    lines: () => ['The password of your account was changed and other devices were signed out.', notYou],
  },
  'email-change-notice': {
    subject: 'A change of your e-mail address was requested',
    lines: () => [
      'A new e-mail address was requested for your account. It changes once the new address is confirmed.',
      notYou,
    ],
  },
  'email-changed': {
    subject: 'Your e-mail address was changed',
    lines: () => ['Your account has a new e-mail address; this one is no longer used.', notYou],
  },
  'refresh-token-reused': {
    subject: 'A session was ended for your safety',
    lines: () => [
      'A used sign-in token came again, which can mean that it was stolen. That session was ended.',
      notYou,
    ],
  },
  'new-device': {
    subject: 'A new device signed in',
    lines: ({ device = 'unknown', network = 'unknown' }) => [`Device: ${device}`, `Network: ${network}`, notYou],
  },
  'account-deletion': {
    subject: 'Your account will be deleted',
    lines: ({ deleteAt = '' }) => [`Your account is closed and will be deleted after ${deleteAt}.`],
  },
  'order-confirmed': {
    subject: 'Your order is confirmed',
    names: 'number',
    lines: ({ number = '', total = '' }) => [`Order ${number} is confirmed.`, `Total: ${total}`],
  },
  'order-cancelled': {
    subject: 'Your order was cancelled',
    names: 'number',
    lines: ({ number = '' }) => [
      `Order ${number} has ended without a delivery. Nothing is charged for it, and what was paid is returned.`,
    ],
  },
}

/** The token stands behind `#`, which browsers send to nobody: it can't end in an access log or a Referer. */
const linkTo = (publicUrl: string, page: string, token: string) =>
  `${publicUrl.replace(/\/+$/, '')}${page}#token=${token}`

/** @param publicUrl from configuration only, never from a request's Host */
export function renderMail(
  template: MailTemplate,
  data: Readonly<Record<string, string>>,
  token: string | undefined,
  publicUrl: string,
): MailText {
  const { subject: about, names, page, lines } = parts[template]
  const subject = names === undefined ? about : `${about}: ${data[names] ?? ''}`
  const link = page !== undefined && token !== undefined ? linkTo(publicUrl, page, token) : null
  return { subject, link, text: [...lines(data), ...(link === null ? [] : [link]), '', 'toko'].join('\n') }
}
