import { randomUUID } from 'node:crypto'

/** The caller's id, or a new one when there is none or it could not stand in a log line. */
export const requestIdOf = (given: string | undefined): string =>
  given && /^[A-Za-z0-9._-]{1,64}$/.test(given) ? given : randomUUID()
