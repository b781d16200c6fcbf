/** A fault that a person can mend: shown as its message alone, without a stack. The message says what to do. */
export class UserFaultError extends Error {
  override readonly name: string = 'UserFaultError'
}
