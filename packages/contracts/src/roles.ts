import { z } from 'zod'

/** What an account may do beside its own things. Everybody is a customer. */
export const Role = z.enum(['customer', 'support', 'catalogue', 'orders', 'admin'])
export type Role = z.infer<typeof Role>
