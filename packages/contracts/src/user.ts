import { z } from 'zod'
import { Address } from './cart.ts'
import { Email, textField, Timestamp } from './fields.ts'
import { idSchema } from './ids.ts'
import { Role } from './roles.ts'

export const UserId = idSchema('usr')
export const SessionId = idSchema('ses')
export const AddressId = idSchema('adr')

const isStorable = (text: string) => text.isWellFormed() && !text.includes('\u0000')
const points = (text: string) => Array.from(text).length

/** A password as typed. NFKC, so that the same keys on two devices give the same bytes; nothing is cut off. */
const Password = z
  .string()
  .min(1)
  .max(400)
  .refine(isStorable, 'contains characters that cannot be stored')
  .transform((text) => text.normalize('NFKC'))

/** A password to be set: 15 to 200 characters (code points), no rules on which (NIST SP 800-63B-4); common ones are refused later. */
const NewPassword = Password.refine(
  (text) => points(text) >= 15 && points(text) <= 200,
  'expected 15 to 200 characters',
)

/** 128 bits or more from our own generator, as mailed. */
const MailedToken = z.string().regex(/^[\w-]{22,64}$/, 'expected a token from a mail')

/** Id of the session, a dot and a secret. */
export const RefreshToken = z.string().regex(/^ses_[0-9a-f]{32}\.[\w-]{43,128}$/, 'expected a refresh token')

export const UserStatus = z.enum(['active', 'suspended', 'deleting', 'deleted'])
export type UserStatus = z.infer<typeof UserStatus>

export const Registration = z
  .strictObject({ email: Email, password: NewPassword, name: textField(120).optional() })
  .meta({ id: 'Registration' })
export type Registration = z.infer<typeof Registration>

/** The same for a new and for a known address. */
export const RegistrationAnswer = z.strictObject({ status: z.literal('verification-sent') })

export const TokenBody = z.strictObject({ token: MailedToken })
export const EmailBody = z.strictObject({ email: Email })
/** The same whether or not there is such an account. */
export const MailAccepted = z.strictObject({ status: z.literal('accepted') })

export const SignIn = z
  .strictObject({ email: Email, password: Password, device: textField(120).optional() })
  .meta({ id: 'SignIn' })
export type SignIn = z.infer<typeof SignIn>

export const Session = z
  .strictObject({
    id: SessionId,
    /** What the client called itself, else its user agent. */
    device: z.string().nullable(),
    ipPrefix: z.string(),
    createdAt: Timestamp,
    lastUsedAt: Timestamp,
    expiresAt: Timestamp,
    isCurrent: z.boolean(),
  })
  .meta({ id: 'Session' })
export type Session = z.infer<typeof Session>

/** `expiresIn`: seconds that the access token lives. */
export const SignedIn = z
  .strictObject({ accessToken: z.string(), expiresIn: z.int(), refreshToken: z.string(), session: Session })
  .meta({ id: 'SignedIn' })
export type SignedIn = z.infer<typeof SignedIn>

export const RefreshBody = z.strictObject({ refreshToken: RefreshToken })

export const PasswordReset = z.strictObject({ token: MailedToken, password: NewPassword })
export const PasswordChange = z.strictObject({ currentPassword: Password, newPassword: NewPassword })

const phone = z
  .string()
  .max(20)
  .regex(/^\+[0-9]{6,15}$/, 'expected + and 6 to 15 digits')
const locale = z
  .string()
  .max(12)
  .regex(/^[a-z]{2,3}(-[A-Z]{2})?$/, 'expected a locale such as id-ID')

/** Merge patch: null removes. */
export const ProfilePatch = z.strictObject({
  name: textField(120).nullable().optional(),
  phone: phone.nullable().optional(),
  locale: locale.nullable().optional(),
})
export type ProfilePatch = z.infer<typeof ProfilePatch>

/** `version` is the ETag: If-Match of a change must name it. */
export const User = z
  .strictObject({
    id: UserId,
    email: z.string(),
    isEmailVerified: z.boolean(),
    name: z.string().nullable(),
    phone: z.string().nullable(),
    locale: z.string().nullable(),
    roles: z.array(Role),
    status: UserStatus,
    version: z.int(),
    createdAt: Timestamp,
    updatedAt: Timestamp,
  })
  .meta({ id: 'User' })
export type User = z.infer<typeof User>

/** What an admin changes of an account. `active` also takes back a deletion that is still in its grace period. */
export const UserPatch = z.strictObject({
  roles: z
    .array(Role)
    .min(1)
    .max(Role.options.length)
    .refine((roles) => new Set(roles).size === roles.length, 'names a role twice')
    .refine((roles) => roles.includes('customer'), 'everybody is a customer')
    .optional(),
  status: z.enum(['active', 'suspended']).optional(),
})
export type UserPatch = z.infer<typeof UserPatch>

/** Flags are exclusive: setting one takes it from the address that had it. */
export const NewUserAddress = z
  .strictObject({
    ...Address.shape,
    isDefaultShipping: z.boolean().default(false),
    isDefaultBilling: z.boolean().default(false),
  })
  .meta({ id: 'NewUserAddress' })
export type NewUserAddress = z.infer<typeof NewUserAddress>

export const UserAddress = z
  .strictObject({ ...NewUserAddress.shape, id: AddressId, version: z.int() })
  .meta({ id: 'UserAddress' })
export type UserAddress = z.infer<typeof UserAddress>

export const AuditAction = z.enum([
  'registered',
  'email-verified',
  'signed-in-from-new-device',
  'refresh-token-reused',
  'password-changed',
  'password-reset',
  'email-change-requested',
  'email-changed',
  'sessions-ended',
  'roles-changed',
  'status-changed',
  'account-put',
  'account-exported',
  'deletion-requested',
  'account-anonymised',
])
export type AuditAction = z.infer<typeof AuditAction>

/** One line of the append-only audit. Ids only, so that it outlives the personal data. */
export const AuditEntry = z
  .strictObject({
    id: z.string(),
    at: Timestamp,
    action: AuditAction,
    /** Id of a user, or `service:<name>`, or `system`. */
    actor: z.string(),
    userId: UserId,
    detail: z.record(z.string(), z.string()),
  })
  .meta({ id: 'AuditEntry' })
export type AuditEntry = z.infer<typeof AuditEntry>

/** Everything that the service holds about a person. */
export const UserExport = z
  .strictObject({
    exportedAt: Timestamp,
    user: User,
    addresses: z.array(UserAddress),
    sessions: z.array(Session),
    audit: z.array(AuditEntry),
  })
  .meta({ id: 'UserExport' })
export type UserExport = z.infer<typeof UserExport>

export const AccountDeletion = z.strictObject({ status: z.literal('deleting'), deleteAt: Timestamp })

/** A mail as the development mailbox shows it. `link` carries its one-time token. */
export const MailboxItem = z
  .strictObject({
    id: z.string(),
    to: z.string(),
    template: z.string(),
    subject: z.string(),
    text: z.string(),
    link: z.string().nullable(),
    createdAt: Timestamp,
  })
  .meta({ id: 'MailboxItem' })
export type MailboxItem = z.infer<typeof MailboxItem>

export const TokenStatusBody = z.strictObject({ sid: SessionId })
export const TokenStatus = z.strictObject({ active: z.boolean() })

/** Body of `PUT /internal/accounts`: a verified account with this password and these roles, new or changed. */
export const AccountSeed = z.strictObject({
  email: Email,
  password: NewPassword,
  roles: z.array(Role).max(Role.options.length).default([]),
  name: textField(120).optional(),
})
export type AccountSeed = z.infer<typeof AccountSeed>
export const SeededAccount = z.strictObject({ id: UserId, created: z.boolean() })

/** Key set by RFC 7517; public members only. */
export const JsonWebKeySet = z
  .strictObject({
    keys: z.array(
      z.strictObject({
        kty: z.literal('EC'),
        crv: z.literal('P-256'),
        x: z.string(),
        y: z.string(),
        kid: z.string(),
        alg: z.literal('ES256'),
        use: z.literal('sig'),
      }),
    ),
  })
  .meta({ id: 'JsonWebKeySet' })
export type JsonWebKeySet = z.infer<typeof JsonWebKeySet>
