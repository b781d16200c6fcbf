import { errors } from '@toko/contracts'
import type { Client, Context } from './context.ts'
import { ipPrefix } from './ip-prefix.ts'

/** Registrations and requests for mails from one network. @throws quota-exceeded */
export async function limitMailRequests(c: Context, { ip }: Client): Promise<void> {
  const key = c.secrets.mac('mail-requests', ipPrefix(ip))
  const { count, remainingMs } = await c.throttles.count(key, c.limits.windowMs)
  if (count > c.limits.mailRequestsPerIp) throw errors.quotaExceeded({ retryAfterSeconds: remainingMs / 1000 })
}
