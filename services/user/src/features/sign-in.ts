import { errors, newId, type SignedIn, type SignIn } from '@toko/contracts'
import type { Effects } from '../domain/effects.ts'
import { idleExpiry, type Session, viewSession } from '../domain/session.ts'
import { maySignIn } from '../domain/user.ts'
import type { StoredSession } from '../store/session-store.ts'
import type { StoredUser } from '../store/user-store.ts'
import type { Client, Context } from './context.ts'
import { ipPrefix } from './ip-prefix.ts'
import { generationOf, newRefreshToken } from './refresh-tokens.ts'
import { judgeGuess } from './throttle-sign-in.ts'

/** One text for every reason: unknown, wrong, not verified, suspended. */
const refusal = 'wrong e-mail or password'

/**
 * Checks a password and begins a session. An unknown e-mail costs the same hash and the same writes (U4).
 * @throws unauthenticated, quota-exceeded, overloaded
 */
export async function signIn(c: Context, { email, password, device }: SignIn, client: Client): Promise<SignedIn> {
  const user = await c.users.findByEmail(email)
  const isRight = await judgeGuess(c, { email, ip: client.ip }, async () => {
    const isPassword = await c.passwords.verify(user?.passwordHash, password)
    return isPassword && user !== null && maySignIn(user)
  })
  if (!isRight || !user) {
    c.count.signIn('refused')
    throw errors.unauthenticated({ detail: refusal })
  }
  if (c.passwords.isOutdated(user.passwordHash)) await renewHash(c, user, password)
  const signedIn = await beginSession(c, user, client, device)
  c.count.signIn('ok')
  return signedIn
}

/** Stronger parameters than at the last change: the password is known only now. Losing against a change is fine. */
async function renewHash(c: Context, user: StoredUser, password: string): Promise<void> {
  await c.users.update(user, { set: { passwordHash: await c.passwords.hash(password) } })
}

async function beginSession(
  c: Context,
  user: StoredUser,
  { ip, userAgent }: Client,
  device: string | undefined,
): Promise<SignedIn> {
  const nowMs = c.clock.now()
  const id = newId('ses')
  const refreshToken = newRefreshToken(c, id)
  const agent = userAgent?.slice(0, 200) ?? null
  const network = ipPrefix(ip)
  const deviceMark = c.secrets.mac('device', `${user._id}\n${agent ?? ''}\n${network}`)
  const known = await c.sessions.knowsDevice(user._id, deviceMark)
  const absoluteExpiresAt = new Date(nowMs + c.limits.sessionAbsoluteMs)
  const session: Session = {
    _id: id,
    userId: user._id,
    epoch: user.sessionEpoch,
    cur: generationOf(refreshToken, 1, nowMs),
    prev: null,
    device: device ?? agent,
    ipPrefix: network,
    deviceMark,
    authTime: new Date(nowMs),
    lastUsedAt: new Date(nowMs),
    idleExpiresAt: idleExpiry(absoluteExpiresAt, nowMs, c.limits),
    absoluteExpiresAt,
    revokedAt: null,
  }
  const stored = await c.sessions.insert(session, known === 'new' ? newDeviceEffects(session, user) : {})
  return signedInAnswer(c, stored, user, refreshToken)
}

const newDeviceEffects = (session: Session, user: StoredUser): Effects => ({
  mails: [
    {
      kind: 'new-device',
      userId: user._id,
      to: user.email,
      data: { device: session.device ?? 'unknown', network: session.ipPrefix },
    },
  ],
  audit: [{ action: 'signed-in-from-new-device', actor: user._id, userId: user._id }],
})

export async function signedInAnswer(
  c: Context,
  session: StoredSession,
  user: StoredUser,
  refreshToken: string,
): Promise<SignedIn> {
  const accessToken = await c.accessTokens.sign({
    userId: user._id,
    sessionId: session._id,
    roles: user.roles,
    authTimeMs: session.authTime.getTime(),
  })
  return {
    accessToken,
    expiresIn: Math.floor(c.limits.accessTokenMs / 1000),
    refreshToken,
    session: viewSession(session, session._id),
  }
}
