import type { Answer, Sent } from './client.ts'

/** One request of the load and what makes it good. */
export interface Prepared {
  readonly request: Sent
  /** Why the answer is not what the shop owes its client; undefined: it is. Called once, whatever came. */
  readonly judge: (answer: Answer) => string | undefined
}

/** Anything but these statuses is a failure. */
export const expecting =
  (...statuses: number[]) =>
  ({ status, body, fault }: Answer): string | undefined =>
    status === null ? fault : statuses.includes(status) ? undefined : `${status} ${JSON.stringify(body['code'] ?? '')}`
