import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePorts } from './free-port.ts'

/** Where one private broker lives; the same over its restarts, so that clients find it again. */
export interface BrokerHome {
  readonly folder: string
  readonly dataFolder: string
  readonly logFile: string
  readonly outputFile: string
  readonly url: string
  readonly nodeName: string
  readonly epmdPort: number
  /** For rabbitmq-server and rabbitmqctl. */
  readonly env: Readonly<Record<string, string>>
}

const folders = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin', '/opt/homebrew/bin']

/** PATH with the folders that a process started by a service manager or by npm may lack. */
export function withSystemFolders(searchPath: string | undefined): string {
  return [...(searchPath ? [searchPath] : []), ...folders].join(':')
}

/** Writes the configuration: loopback only, no plugins, a password of its own, logs and data inside the folder. */
export async function prepareHome(folder: string, searchPath: string): Promise<BrokerHome> {
  const [amqpPort, epmdPort, distPort] = (await freePorts(3)) as [number, number, number]
  const path = (name: string) => join(folder, name)
  mkdirSync(path('log'), { recursive: true, mode: 0o700 })
  const user = 'toko'
  const { nodeName, password } = identity(path('identity.json'))
  const config = {
    'listeners.tcp.1': `127.0.0.1:${amqpPort}`,
    default_user: user,
    default_pass: password,
    'log.file.level': 'warning',
    'disk_free_limit.absolute': '100MB',
    // The log of quorum queues: its default of 512 MiB fills a disk in memory.
    'raft.wal_max_size_bytes': 32_000_000,
  }
  const lines = Object.entries(config).map(([key, value]) => `${key} = ${value}\n`)
  writeFileSync(path('rabbitmq.conf'), lines.join(''), { mode: 0o600 })
  writeFileSync(path('enabled_plugins'), '[].\n')
  const onLoopback = '-kernel inet_dist_use_interface {127,0,0,1}'
  return {
    folder,
    dataFolder: path('data'),
    logFile: path('log/rabbitmq.log'),
    outputFile: path('log/output.log'),
    url: `amqp://${user}:${password}@127.0.0.1:${amqpPort}/`,
    nodeName,
    epmdPort,
    env: {
      PATH: searchPath,
      HOME: folder, // of the Erlang cookie
      LANG: 'C.UTF-8',
      RABBITMQ_NODENAME: nodeName,
      RABBITMQ_DIST_PORT: String(distPort),
      ERL_EPMD_ADDRESS: '127.0.0.1',
      ERL_EPMD_PORT: String(epmdPort),
      RABBITMQ_CONFIG_FILE: path('rabbitmq.conf'),
      RABBITMQ_CONF_ENV_FILE: path('none'), // else the system's own settings are read
      RABBITMQ_ENABLED_PLUGINS_FILE: path('enabled_plugins'),
      RABBITMQ_MNESIA_BASE: path('data'),
      RABBITMQ_LOG_BASE: path('log'),
      RABBITMQ_LOGS: path('log/rabbitmq.log'),
      RABBITMQ_PID_FILE: path('pid'),
      RABBITMQ_ALLOW_INPUT: '1', // the script then becomes the server instead of waiting for it as a child
      RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: onLoopback,
      RABBITMQ_CTL_ERL_ARGS: onLoopback,
    },
  }
}

interface Identity {
  readonly nodeName: string
  readonly password: string
}

/** Of the folder for its whole life: RabbitMQ finds its data by its own name, and the password is in the data. */
function identity(file: string): Identity {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Identity
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    const made = {
      nodeName: `toko-${randomBytes(4).toString('hex')}@localhost`,
      password: randomBytes(12).toString('hex'),
    }
    writeFileSync(file, `${JSON.stringify(made)}\n`, { mode: 0o600 })
    return made
  }
}
