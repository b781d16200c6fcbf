import type { JsonWebKeySet, Role } from '@toko/contracts'

/** Hashes passwords, few at a time. Adapter: clients/argon2-passwords.ts. */
export interface Passwords {
  /** PHC text. @throws overloaded when too many wait */
  hash(password: string): Promise<string>
  /** Runs one hash also without a hash to compare with, so that an unknown account costs the same. @throws overloaded */
  verify(hash: string | undefined, password: string): Promise<boolean>
  /** True when it was made with weaker parameters than today's. */
  isOutdated(hash: string): boolean
}

/** Keyed secrets of the service. Adapter: clients/secret-box.ts. */
export interface SecretBox {
  /** Encrypts and authenticates; `under` takes another key material than the service's own. */
  seal(text: string, under?: string): string
  /** @throws Error when the text was not sealed under that key */
  open(sealed: string, under?: string): string
  /** Keyed digest: the same value in another scope gives another one. base64url of 256 bits. */
  mac(scope: string, value: string): string
}

export interface AccessClaims {
  readonly userId: string
  readonly sessionId: string
  readonly roles: readonly Role[]
  readonly authTimeMs: number
}

/** Signs access tokens; the keys and their rotation are behind it. */
export interface AccessTokens {
  sign(claims: AccessClaims): Promise<string>
  keySet(): JsonWebKeySet
}

/** The order service, as far as the end of an account needs it. */
export interface OpenOrders {
  /** @throws CallError without a usable answer */
  count(userId: string): Promise<number>
}

export interface OutgoingMail {
  readonly id: string
  readonly to: string
  readonly subject: string
  readonly text: string
}

/** Hands mails over. `refused` is for ever: the address or the text will never do. @throws for anything that may pass */
export interface MailTransport {
  /** True when mails stay here to be read, since nobody delivers them. */
  readonly isMailbox: boolean
  send(mail: OutgoingMail): Promise<'accepted' | 'refused'>
}
