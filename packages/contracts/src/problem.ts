import { z } from 'zod'

/** One fault of the input: where (JSON pointer into body, or `query/limit`), which, and in words. */
export const InputFault = z.strictObject({ pointer: z.string(), code: z.string(), detail: z.string() })
export type InputFault = z.infer<typeof InputFault>

/** Error answer of every route: RFC 9457 problem document, `application/problem+json`. */
export const Problem = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string(),
    detail: z.string().optional(),
    instance: z.string().optional(),
    requestId: z.string().optional(),
    errors: z.array(InputFault).optional(),
  })
  .meta({ id: 'Problem' })
export type Problem = z.infer<typeof Problem>
