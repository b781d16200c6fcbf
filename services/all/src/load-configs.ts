import { ConfigError, type Environment, loadConfig } from '@toko/runtime'
import { shopConfig, type ShopConfig } from './config.ts'
import { choosePorts } from './choose-ports.ts'
import { checkDivision, withAddresses } from './division.ts'
import { type Configs, shapes } from './hosted.ts'
import { keptSecrets, secretName } from './secrets.ts'
import { givenSecrets, secretKeys, serviceEnvironment } from './service-environment.ts'

export interface LoadedConfigs {
  readonly config: ShopConfig
  /** Everything of each service that runs here; the embedded MongoDB's URL is known only once it runs. */
  configsWith(mongoUrl: string): Configs
}

/** Stands in for the embedded server's URL while the rest is checked, before anything is started. */
const placeholderUrl = 'mongodb://127.0.0.1/'

/** Reads every variable of the shop. @throws ConfigError with all faults of all services in one message */
export async function loadConfigs(env: Environment): Promise<LoadedConfigs> {
  const faults: string[] = []
  const attempt = <T>(read: () => T): T | undefined => {
    try {
      return read()
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error
      faults.push(error.message)
      return undefined
    }
  }
  const own = attempt(() => loadConfig('TOKO', shopConfig, env))
  // With a fault of its own the rest is still looked at, with the defaults, but nothing is written.
  const config = withAddresses(own ?? loadConfig('TOKO', shopConfig, {}))
  if (own) attempt(() => checkDivision(own, env))
  const ports = await choosePorts(config, env)
  const names = config.services.flatMap((service) => secretKeys(service).map((key) => secretName(service, key)))
  const configsWith = (mongoUrl: string, kept: Readonly<Record<string, string>>): Configs => {
    const defaults = { config, ports, env, mongoUrl, secrets: { ...kept, ...givenSecrets(env) } }
    const loaded = config.services.map((service) => [
      service,
      attempt(() => loadConfig(service.toUpperCase(), shapes[service], serviceEnvironment(service, defaults))),
    ])
    return Object.fromEntries(loaded) as Configs
  }
  configsWith(config.mongoUrl ?? placeholderUrl, Object.fromEntries(names.map((name) => [name, 'x'.repeat(64)])))
  if (faults.length > 0) throw new ConfigError(faults.join('\n'))
  const secrets = keptSecrets(config.dataDir, names)
  return { config, configsWith: (mongoUrl) => configsWith(mongoUrl, secrets) }
}
