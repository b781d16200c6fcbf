import type { JsonWebKeySet } from '@toko/contracts'
import type { SigningKeyPlan } from '../domain/signing-keys.ts'

export interface StoredKey extends SigningKeyPlan {
  readonly publicJwk: JsonWebKeySet['keys'][number]
  /** The private JWK, encrypted with the service's key secret. */
  readonly sealedPrivateJwk: string
}

export interface KeyStore {
  list(): Promise<StoredKey[]>
  /** False when another replica has made the key of that sequence. */
  insert(key: StoredKey): Promise<boolean>
  delete(kid: string): Promise<void>
}
