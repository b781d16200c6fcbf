import { errors } from '@toko/contracts'
import { passwordWeakness } from '../domain/password-rules.ts'

/** @throws validation that names the field */
export function refuseWeakPassword(field: string, password: string, email: string): void {
  const weakness = passwordWeakness(password, email)
  if (weakness) throw errors.validation({ errors: [{ pointer: `/${field}`, code: 'weak-password', detail: weakness }] })
}
