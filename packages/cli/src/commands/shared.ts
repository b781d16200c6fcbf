import { Command, InvalidArgumentError, Option } from 'commander'
import { explain, Failure } from '../io/failure.ts'
import { type Output, processOutput } from '../io/output.ts'
import { places } from '../places.ts'
import type { ShopConnection, ShopUrls } from '../shop/connect.ts'

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

/** @throws InvalidArgumentError, which the parser tells with the option's name */
export function wholeNumber(text: string): number {
  if (/^\d{1,5}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('expected a whole number')
}

export const portOffsetOption = () =>
  new Option('--port-offset <n>', 'added to every default port, for a second shop')
    .env('TOKO_PORT_OFFSET')
    .argParser(wholeNumber)

export const dataDirOption = () =>
  new Option('--data-dir <folder>', 'data folder of the shop').env('TOKO_DATA_DIR').default(places.dataDir, '.toko')

export const jsonOption = () => new Option('--json', 'print one JSON document')

const services = ['user', 'product', 'order', 'payment'] as const
const firstPort = 8001

function urlsOf({ portOffset = 0, ...given }: ShopOptions): ShopUrls {
  const url = (index: number) => `http://127.0.0.1:${firstPort + index + portOffset}`
  const urls = services.map((service, index) => [`${service}Url`, given[`${service}Url`] ?? url(index)])
  return Object.fromEntries(urls) as ShopUrls
}

/** A command that asks the services. */
export function shopCommand(name: string, description: string): Command {
  const command = new Command(name).description(description)
  for (const option of [dataDirOption(), portOffsetOption(), jsonOption()]) command.addOption(option)
  for (const [index, service] of services.entries())
    command.addOption(
      new Option(`--${service}-url <url>`, `base URL of the ${service} service`)
        .env(`TOKO_${service.toUpperCase()}_URL`)
        .default(undefined, `http://127.0.0.1:${firstPort + index}`),
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
