import { ConfigError, type Environment, variableName } from '@toko/runtime'
import type { ShopConfig } from './config.ts'
import { type ServiceName, serviceNames, shapes } from './hosted.ts'
import { addressKeys } from './service-environment.ts'

/** Stands in for an address that is missing while the rest is checked, so that it is told once. */
const placeholderUrl = 'http://127.0.0.1/'

/**
 * Whether the division into services here and elsewhere can work.
 * @throws ConfigError: one elsewhere has no address, one here has another, or nothing carries messages between them
 */
export function checkDivision(config: ShopConfig, env: Environment): void {
  const faults: [string, string][] = []
  for (const name of serviceNames) {
    const url = config[`${name}Url`]
    if (config.services.includes(name)) {
      if (url !== undefined) faults.push([urlVariable(name), `${name} runs here, as TOKO_SERVICES says`])
      continue
    }
    const callers = config.services.filter((caller) => needs(caller, name, env))
    if (url === undefined && callers.length > 0)
      faults.push([urlVariable(name), `missing: ${name} runs elsewhere, and ${callers.join(', ')} must reach it`])
  }
  if (config.services.length < serviceNames.length && config.amqpUrl === undefined)
    faults.push(['TOKO_AMQP_URL', 'missing: RabbitMQ carries messages between the services here and elsewhere'])
  if (faults.length === 0) return
  const width = Math.max(...faults.map(([name]) => name.length))
  const rows = faults.map(([name, fault]) => `  ${name.padEnd(width)}  ${fault}`)
  throw new ConfigError(['toko: invalid configuration', ...rows].join('\n'))
}

/** The same with an address for everybody. */
export const withAddresses = (config: ShopConfig): ShopConfig => ({
  ...Object.fromEntries(serviceNames.map((name) => [`${name}Url`, placeholderUrl])),
  ...config,
})

const urlVariable = (service: ServiceName) => variableName('TOKO', `${service}Url`)

/** True when the caller has a variable for the address of the other, and nobody has set it. */
function needs(caller: ServiceName, other: ServiceName, env: Environment): boolean {
  return Object.entries(addressKeys).some(([key, { of }]) => {
    const variable = variableName(caller.toUpperCase(), key)
    return of === other && key in shapes[caller] && !env[variable] && !env[`${variable}_FILE`]
  })
}
