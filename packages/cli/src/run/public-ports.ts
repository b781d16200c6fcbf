import { type Environment, variableName } from '@toko/runtime'
import { Failure } from '../io/failure.ts'
import { defaultPorts } from '../shop/default-ports.ts'
import type { PublicPorts } from '../split/ports.ts'
import { forEachService } from '../split/service-names.ts'

/**
 * Ports of the split shop, chosen as the single one chooses them: the variable's, else the default plus the offset; 0
 * takes a free one. @throws Failure for what is no port
 */
export function publicPorts(env: Environment, offset = 0): PublicPorts {
  const chosen = (name: string, byDefault: number): number => {
    const text = env[name]
    if (!text) return byDefault + offset
    const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
    if (port <= 65_535) return port
    throw new Failure(`${name} ${JSON.stringify(text)}: expected a port from 0 to 65535`)
  }
  return {
    services: forEachService((service) => {
      const { port, adminPort } = defaultPorts.services[service]
      const variable = (key: string) => variableName(service.toUpperCase(), key)
      return { port: chosen(variable('port'), port), adminPort: chosen(variable('adminPort'), adminPort) }
    }),
    adminPort: chosen('TOKO_ADMIN_PORT', defaultPorts.adminPort),
  }
}
