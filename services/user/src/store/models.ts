import { type Connection, Schema } from 'mongoose'
import type { JsonWebKeySet } from '@toko/contracts'
import type { ThrottleState } from '../domain/throttle.ts'
import type { AuditRow } from './audit-store.ts'
import type { StoredMail } from './mail-store.ts'
import type { StoredSession } from './session-store.ts'
import type { OneTimeToken } from './token-store.ts'
import type { StoredUser } from './user-store.ts'

export interface ThrottleDocument extends Partial<ThrottleState> {
  readonly _id: string
  readonly rev?: number
  readonly count?: number
  readonly expiresAt: Date
}

export interface KeyDocument {
  readonly _id: string
  readonly sequence: number
  readonly signsFrom: Date
  readonly publicJwk: JsonWebKeySet['keys'][number]
  readonly sealedPrivateJwk: string
}

export type MailDocument = StoredMail & { readonly expiresAt: Date }

const { Mixed } = Schema.Types
const options = { versionKey: false, autoIndex: false, autoCreate: false, strict: 'throw' } as const
const required = true
const id = { type: String, required }
const aggregate = {
  _id: id,
  rev: { type: Number, required },
  createdAt: { type: Date, required },
  updatedAt: { type: Date, required },
  outbox: { type: [Mixed], required },
  outboxAt: Date,
}
const outboxIndex = { name: 'outbox', partialFilterExpression: { outboxAt: { $exists: true } } }
const expiry = { name: 'expiry', expireAfterSeconds: 0 }

const userSchema = new Schema(
  {
    ...aggregate,
    email: { type: String, required },
    emailVerifiedAt: Date,
    passwordHash: { type: String, default: '' },
    passwordChangedAt: { type: Date, required },
    roles: { type: [String], required },
    status: { type: String, required },
    profile: Mixed,
    addresses: [Mixed],
    sessionEpoch: { type: Number, required },
    keptSessionId: String,
    deleteAt: Date,
  },
  options,
)
  .index({ email: 1 }, { unique: true, name: 'one_account_per_email' })
  .index({ status: 1, _id: -1 }, { name: 'by_status' })
  .index({ roles: 1, _id: -1 }, { name: 'by_role' })
  .index({ deleteAt: 1 }, { name: 'to_delete', partialFilterExpression: { deleteAt: { $exists: true } } })
  .index({ outboxAt: 1 }, outboxIndex)

const sessionSchema = new Schema(
  {
    ...aggregate,
    userId: { type: String, required },
    epoch: { type: Number, required },
    cur: { type: Mixed, required },
    prev: Mixed,
    device: String,
    ipPrefix: String,
    deviceMark: String,
    authTime: { type: Date, required },
    lastUsedAt: { type: Date, required },
    idleExpiresAt: { type: Date, required },
    absoluteExpiresAt: { type: Date, required },
    revokedAt: Date,
  },
  options,
)
  .index({ userId: 1, revokedAt: 1, _id: -1 }, { name: 'open_of_user' })
  .index({ userId: 1, deviceMark: 1 }, { name: 'devices_of_user' })
  .index({ outboxAt: 1 }, outboxIndex)
  // an ended session stays as long as an unknown token could still name it
  .index({ absoluteExpiresAt: 1 }, expiry)

const tokenSchema = new Schema(
  {
    _id: id,
    purpose: String,
    userId: String,
    email: String,
    passwordHash: String,
    name: String,
    newEmail: String,
    expiresAt: Date,
    usedAt: Date,
  },
  options,
)
  .index({ userId: 1 }, { name: 'of_user' })
  .index({ expiresAt: 1 }, expiry)

const throttleSchema = new Schema(
  {
    _id: id,
    rev: Number,
    attempts: Number,
    fails: Number,
    windowEndsAtMs: Number,
    blockedUntilMs: Number,
    count: Number,
    expiresAt: Date,
  },
  options,
).index({ expiresAt: 1 }, expiry)

const keySchema = new Schema(
  { _id: id, sequence: Number, signsFrom: Date, publicJwk: Mixed, sealedPrivateJwk: String },
  options,
).index({ sequence: 1 }, { unique: true, name: 'one_key_per_sequence' })

const mailSchema = new Schema(
  {
    _id: id,
    kind: String,
    to: String,
    userId: String,
    data: Mixed,
    sealed: String,
    createdAt: Date,
    attempts: Number,
    dueAt: Date,
    state: String,
    template: String,
    sentTo: String,
    expiresAt: Date,
  },
  options,
)
  .index({ dueAt: 1 }, { name: 'due', partialFilterExpression: { dueAt: { $exists: true } } })
  .index({ sentTo: 1, createdAt: -1, _id: -1 }, { name: 'mailbox_of_address' })
  .index({ state: 1, createdAt: -1, _id: -1 }, { name: 'mailbox' })
  .index({ expiresAt: 1 }, expiry)

const auditSchema = new Schema(
  { _id: id, action: String, actor: String, userId: String, detail: Mixed, at: Date },
  options,
).index({ userId: 1, at: -1, _id: -1 }, { name: 'of_user' })

/** Models bound to the service's own connection. */
export const userModels = (connection: Connection) => ({
  users: connection.model<StoredUser>('User', userSchema as never, 'users'),
  sessions: connection.model<StoredSession>('Session', sessionSchema as never, 'sessions'),
  tokens: connection.model<OneTimeToken>('OneTimeToken', tokenSchema as never, 'oneTimeTokens'),
  throttles: connection.model<ThrottleDocument>('LoginThrottle', throttleSchema as never, 'loginThrottle'),
  keys: connection.model<KeyDocument>('SigningKey', keySchema as never, 'signingKeys'),
  mails: connection.model<MailDocument>('Mail', mailSchema as never, 'mails'),
  audits: connection.model<AuditRow>('Audit', auditSchema as never, 'audit'),
})
