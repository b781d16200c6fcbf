import { z } from 'zod'

/** NUL and lone surrogates break stores and terminals; everything else is kept as sent. */
const isStorable = (text: string) => text.isWellFormed() && !text.includes('\u0000')

/** Text that people write: 1 to `max` characters after trimming. The length is checked before anything else. */
export const textField = (max: number) =>
  z.string().max(max).trim().min(1).refine(isStorable, 'contains characters that cannot be stored')

/** Like textField but may be empty. */
export const optionalTextField = (max: number) =>
  z.string().max(max).trim().refine(isStorable, 'contains characters that cannot be stored')

export const Sku = z
  .string()
  .max(40)
  .regex(/^[A-Z0-9][A-Z0-9-]*$/, 'expected capital letters, digits and dashes')

export const Slug = z
  .string()
  .max(80)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'expected lower-case words joined by single dashes')

/** Length first, so that the pattern never sees a long text; the pattern itself is linear. */
export const Email = z.string().max(254).trim().toLowerCase().pipe(z.email('expected an e-mail address').max(254))

export const Timestamp = z.iso.datetime()

/** A whole number in a query string. */
export const queryInteger = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/, 'expected a whole number')
    .transform(Number)
    .pipe(z.int().min(min).max(max))

/** `?limit=` and `?cursor=` of every list. */
export const pageQuery = {
  limit: queryInteger(1, 100).default(20),
  cursor: z.string().min(1).max(1000).optional(),
}

/** A list: `next` is the cursor of the next page, null at the end. */
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.strictObject({ items: z.array(item), next: z.string().nullable() })

/** `?ids=a,b,c`: 1 to 100 values. */
export const listOf = (item: z.ZodType<string, string>) =>
  z
    .string()
    .min(1)
    .max(6000)
    .transform((text): string[] => text.split(','))
    .pipe(z.array(z.string()).min(1).max(100))
    .refine((values) => values.every((value) => item.safeParse(value).success), 'a value of the list is not valid')
