import { access, constants, realpath } from 'node:fs/promises'
import { basename, delimiter, dirname, join } from 'node:path'
import { UserFaultError } from '@toko/runtime'
import { installRabbitmq } from './install-rabbitmq.ts'

/** There is no rabbitmq-server and we may not install one; one line that says what to do. */
export class RabbitmqNotFoundError extends UserFaultError {
  override readonly name = 'RabbitmqNotFoundError'
}

/** Packages put it where only root's PATH looks. */
const usualFolders = [
  '/usr/local/sbin',
  '/usr/sbin',
  '/usr/lib/rabbitmq/bin',
  '/opt/homebrew/sbin',
  '/usr/lib/rabbitmq/sbin',
]

export interface FindOptions {
  /** PATH. */
  readonly searchPath: string
  /** Where to look beside PATH; tests name none. */
  readonly folders?: readonly string[]
  /** What to do when there is none. Resolves with why it could not, or undefined when it did. */
  readonly install?: (searchPath: string) => Promise<string | undefined>
}

/** The program that starts a RabbitMQ, installed first where we may. @throws RabbitmqNotFoundError */
export async function findRabbitmq(options: FindOptions): Promise<string> {
  const { searchPath, folders = usualFolders, install = installRabbitmq } = options
  const places = [...searchPath.split(delimiter).filter((entry) => entry !== ''), ...folders]
  const found = await firstServer(places)
  if (found !== undefined) return found
  const why = (await install(searchPath)) ?? 'the package brought no rabbitmq-server'
  const installed = await firstServer(places)
  if (installed !== undefined) return installed
  throw new RabbitmqNotFoundError(
    `no RabbitMQ: set AMQP_URL to a server, or install rabbitmq-server 3.10 or newer (${why})`,
  )
}

async function firstServer(places: readonly string[]): Promise<string | undefined> {
  for (const place of places) {
    const path = join(place, 'rabbitmq-server')
    if (await isExecutable(path)) return unwrapped(path)
  }
  return undefined
}

/** Debian's wrapper changes to the user rabbitmq and its folder; the server itself runs as whoever we are, where we say. */
async function unwrapped(path: string): Promise<string> {
  const target = await realpath(path)
  const inner = join(dirname(target), 'rabbitmq-server')
  return basename(target) === 'rabbitmq-script-wrapper' && (await isExecutable(inner)) ? inner : target
}

function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
}
