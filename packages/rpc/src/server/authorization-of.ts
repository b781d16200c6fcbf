import type { RpcCall } from '@toko/messaging'

/**
 * Who calls: services by the header `authorization`, a person by Nameko's context, whose `auth_token` Nameko hands on from
 * service to service; with or without `Bearer`.
 */
export function authorizationOf({ headers, context }: Pick<RpcCall, 'headers' | 'context'>): string | undefined {
  const given = headers['authorization'] ?? context['authorization'] ?? context['auth_token']
  return given === undefined || /^Bearer /i.test(given) ? given : `Bearer ${given}`
}
