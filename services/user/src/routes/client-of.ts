import type { Client } from '../features/context.ts'

interface Source {
  readonly clientIp: string
  header(name: string): string | undefined
}

export const clientOf = (request: Source): Client => ({
  ip: request.clientIp,
  userAgent: request.header('user-agent'),
})
