import { type Environment, variableName } from '@toko/runtime'
import type { ShopConfig } from './config.ts'
import { type ServiceName, serviceNames, shapes } from './hosted.ts'
import { type Secrets, secretName } from './secrets.ts'

/** Of the services that run here. */
export type Ports = { readonly [N in ServiceName]?: { readonly port: number; readonly adminPort: number } }

/** `0.0.0.0` and `::` are where a listener listens, not where it is called. */
export const addressOf = (host: string) => {
  const called = { '0.0.0.0': '127.0.0.1', '::': '::1' }[host] ?? host
  return called.includes(':') ? `[${called}]` : called
}

const storefrontPort = 8000

interface Defaults {
  readonly config: ShopConfig
  readonly ports: Ports
  readonly secrets: Secrets
  readonly mongoUrl: string
  readonly env: Environment
}

/** Keys of the secrets that a service reads. */
export const secretKeys = (service: ServiceName): string[] =>
  Object.keys(shapes[service]).filter((key) => key.endsWith('Secret'))

/** Variables that hold the address of a service, by their key. */
export const addressKeys: Readonly<Record<string, { readonly of: ServiceName; readonly path: string }>> = {
  ...Object.fromEntries(serviceNames.map((of) => [`${of}Url`, { of, path: '' }])),
  jwksUrl: { of: 'user', path: '/.well-known/jwks.json' },
  webhookUrl: { of: 'order', path: '/webhooks/payments/toko' },
}

/** Where a service is called: on its port here, or elsewhere, as TOKO_<SERVICE>_URL says. */
function urlOf(service: ServiceName, { config, ports, env }: Defaults): string {
  const here = ports[service]
  if (!here) return (config[`${service}Url`] ?? '').replace(/\/$/, '')
  const host = env[variableName(service.toUpperCase(), 'host')] || config.host
  return `http://${addressOf(host)}:${here.port}`
}

/** Every variable of one service that the process knows the value of. */
function defaultsOf(service: ServiceName, defaults: Defaults): Environment {
  const { config, ports, secrets, mongoUrl } = defaults
  const values: Record<string, string | undefined> = {
    host: config.host,
    adminHost: config.host,
    port: String(ports[service]?.port),
    adminPort: String(ports[service]?.adminPort),
    logLevel: config.logLevel,
    mongoUrl,
    /** The storefront's, which is started apart. */
    publicUrl: `http://${addressOf(config.host)}:${storefrontPort + config.portOffset}`,
    ...Object.fromEntries(Object.entries(addressKeys).map(([key, { of, path }]) => [key, urlOf(of, defaults) + path])),
    ...Object.fromEntries(secretKeys(service).map((key) => [key, secrets[secretName(service, key)]])),
  }
  const prefix = service.toUpperCase()
  const known = Object.entries(values).filter(([key]) => key in shapes[service])
  return Object.fromEntries(known.map(([key, value]) => [variableName(prefix, key), value]))
}

/** What a service is configured with: the process's defaults, overridden by the real environment. */
export function serviceEnvironment(service: ServiceName, defaults: Defaults): Environment {
  const prefix = `${service.toUpperCase()}_`
  // Port 0 was chosen already, so that the other services know it.
  const isChosen = (name: string, value: string) => /^(ADMIN_)?PORT$/.test(name.slice(prefix.length)) && value === '0'
  const own = Object.entries(defaults.env).filter(
    ([name, value]) => name.startsWith(prefix) && value && !isChosen(name, value),
  )
  const file = '_FILE'
  const inFiles = new Set(own.map(([name]) => name).filter((name) => name.endsWith(file)))
  const byDefault = Object.entries(defaultsOf(service, defaults)).filter(([name]) => !inFiles.has(name + file))
  return Object.fromEntries([...byDefault, ...own])
}

/** A secret that somebody set on one end of an edge counts for the other end too. */
export function givenSecrets(env: Environment): Secrets {
  const given: Record<string, string> = {}
  for (const service of serviceNames)
    for (const key of secretKeys(service)) {
      const value = env[variableName(service.toUpperCase(), key)]
      if (value) given[secretName(service, key)] = value
    }
  return given
}
