import { loopbackPort } from '@toko/database'
import { type Environment, variableName } from '@toko/runtime'
import type { ShopConfig } from './config.ts'
import { type ServiceName, shapes } from './hosted.ts'
import type { Ports } from './service-environment.ts'

/**
 * The services must know each other's ports before they listen: the variable's, else the default plus TOKO_PORT_OFFSET.
 * Port 0 becomes one that is free now. A malformed port keeps the default here and is told with all other faults.
 */
export async function choosePorts(config: ShopConfig, env: Environment): Promise<Ports> {
  const free = new Set<number>()
  const freePort = async (): Promise<number> => {
    const port = await loopbackPort(0, config.host)
    if (free.has(port)) return freePort()
    free.add(port)
    return port
  }
  const chosen = (service: ServiceName, key: 'port' | 'adminPort') => {
    const given = Number(env[variableName(service.toUpperCase(), key)] || Number.NaN)
    const wanted = Number.isInteger(given) ? given : shapes[service][key].parse(undefined) + config.portOffset
    return wanted === 0 ? freePort() : wanted
  }
  const ports = config.services.map(async (service) => [
    service,
    { port: await chosen(service, 'port'), adminPort: await chosen(service, 'adminPort') },
  ])
  return Object.fromEntries(await Promise.all(ports)) as Ports
}
