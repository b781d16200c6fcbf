import { Command, InvalidArgumentError, Option } from 'commander'
import { explain, Failure } from '../io/failure.ts'
import { type Output, processOutput } from '../io/output.ts'
import { places } from '../places.ts'
import type { ShopConnection, ShopUrls } from '../shop/connect.ts'
import { defaultPorts } from '../shop/default-ports.ts'
import { type ServiceName, serviceNames } from '../split/service-names.ts'

export interface DataDirOption {
  readonly dataDir: string
}
export interface JsonOption {
  readonly json?: boolean
}
export type ShopOptions = Partial<ShopUrls> & DataDirOption & JsonOption & PortOffsetOption

export interface PortOffsetOption {
  readonly portOffset?: number
}

export interface SplitOptions {
  /** Services that are processes of their own; undefined: the shop is one process. */
  readonly split?: readonly ServiceName[]
  readonly replicas?: number
}

/** @throws InvalidArgumentError, which the parser tells with the option's name */
export function wholeNumber(text: string): number {
  if (/^\d{1,5}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('expected a whole number')
}

export function atLeastOne(text: string): number {
  const number = wholeNumber(text)
  if (number > 0) return number
  throw new InvalidArgumentError('expected at least 1')
}

/** `a,b` of these names. */
export const someOf =
  <T extends string>(names: readonly T[]) =>
  (text: string): T[] => {
    const known: readonly string[] = names
    const given = text.split(',').map((name) => name.trim())
    if (given.every((name) => known.includes(name))) return [...new Set(given)] as T[]
    throw new InvalidArgumentError(`expected some of ${names.join(',')}`)
  }

export const splitOption = () =>
  new Option('--split [services]', 'each service as a process of its own, or these alone and the others together')
    .preset(serviceNames.join(','))
    .argParser(someOf(serviceNames))

export const replicasOption = () =>
  new Option('--replicas <n>', 'with --split: processes of each kind, behind a balancer').argParser(atLeastOne)

export const portOffsetOption = () =>
  new Option('--port-offset <n>', 'added to every default port, for a second shop')
    .env('TOKO_PORT_OFFSET')
    .argParser(wholeNumber)

export const dataDirOption = () =>
  new Option('--data-dir <folder>', 'data folder of the shop').env('TOKO_DATA_DIR').default(places.dataDir, '.toko')

export const jsonOption = () => new Option('--json', 'print one JSON document')

const defaultUrl = (service: ServiceName, portOffset = 0) =>
  `http://127.0.0.1:${defaultPorts.services[service].port + portOffset}`

function urlsOf({ portOffset, ...given }: ShopOptions): ShopUrls {
  const urls = serviceNames.map((name) => [`${name}Url`, given[`${name}Url`] ?? defaultUrl(name, portOffset)])
  return Object.fromEntries(urls)
}

/** A command that asks the services. */
export function shopCommand(name: string, description: string): Command {
  const command = new Command(name).description(description)
  for (const option of [dataDirOption(), portOffsetOption(), jsonOption()]) command.addOption(option)
  for (const service of serviceNames)
    command.addOption(
      new Option(`--${service}-url <url>`, `base URL of the ${service} service`)
        .env(`TOKO_${service.toUpperCase()}_URL`)
        .default(undefined, defaultUrl(service)),
    )
  return command
}

/** Runs an action to its exit code; whatever it throws becomes one line on stderr. */
export async function toExit(action: (output: Output) => Promise<number | void>): Promise<void> {
  const output = processOutput()
  try {
    process.exitCode = (await action(output)) ?? 0
  } catch (error) {
    output.note(`toko: ${explain(error)}`)
    process.exitCode = error instanceof Failure ? error.exitCode : 2
  }
}

/** An action with a connection to the shop, closed at its end. */
export function withShop(
  options: ShopOptions,
  action: (shop: ShopConnection, output: Output) => Promise<number | void>,
): Promise<void> {
  return toExit(async (output) => {
    const { connect } = await import('../shop/connect.ts')
    const shop = connect(urlsOf(options), options.dataDir)
    try {
      return await action(shop, output)
    } finally {
      await shop.close()
    }
  })
}
