import { readTolerantly } from '@toko/contracts'
import { type Answers, CallUnknownError, misfit } from '@toko/http'
import type { z } from 'zod'

export interface ReadReply {
  readonly status: number
  readonly body: unknown
}

/**
 * A result has no status: it is the first accepted answer whose schema it fits, else the first that it fits but for members
 * that a newer service added. @throws CallUnknownError `malformed`
 */
export function readReply(result: unknown, accepted: Answers, target: string): ReadReply {
  let firstMisfit: z.ZodError | undefined
  for (const isStrict of [true, false]) {
    for (const [status, schema] of Object.entries(accepted)) {
      if (Number(status) >= 400) continue
      if (schema === null) return { status: Number(status), body: null }
      const parsed = isStrict ? schema.safeParse(result) : readTolerantly(schema, result)
      if (parsed.success) return { status: Number(status), body: parsed.data }
      firstMisfit ??= parsed.error
    }
  }
  const message = firstMisfit ? `the result ${misfit(firstMisfit)}` : 'a result, which is not expected'
  throw new CallUnknownError('malformed', { target, message })
}
