import { Command, Option } from 'commander'
import { defaultPorts } from '../shop/default-ports.ts'
import { type ServiceName, serviceNames } from '../split/service-names.ts'
import { atLeastOne, jsonOption, type JsonOption, portOffsetOption, type PortOffsetOption, toExit } from './shared.ts'

type AdminUrlOptions = { readonly [N in ServiceName as `${N}AdminUrl`]?: string }
type TopOptions = AdminUrlOptions & JsonOption & PortOffsetOption & { readonly once?: boolean; readonly every: number }

export function topCommand(): Command {
  const command = new Command('top')
    .description('show load, errors, latency, outboxes, bus and breakers of every service, from their metrics alone')
    .addOption(new Option('--once', 'look once and end; exit code 1: a service could not be read'))
    .addOption(new Option('--every <s>', 'time between two looks').argParser(atLeastOne).default(2))
    .addOption(portOffsetOption())
    .addOption(jsonOption())
  for (const service of serviceNames)
    command.addOption(
      new Option(`--${service}-admin-url <url>`, `admin port of the ${service} service`)
        .env(`TOKO_${service.toUpperCase()}_ADMIN_URL`)
        .default(undefined, local(defaultPorts.services[service].adminPort)),
    )
  return command.action((options: TopOptions) =>
    toExit(async (output) => {
      const { watchTop } = await import('../top/watch-top.ts')
      const stopping = new AbortController()
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort())
      return watchTop(output, {
        ...targetsOf(options),
        everyMs: options.every * 1000,
        isOnce: options.once === true,
        isJson: options.json === true,
        stopping: stopping.signal,
      })
    }),
  )
}

const local = (port: number) => `http://127.0.0.1:${port}`

function targetsOf({ portOffset = 0, ...given }: TopOptions) {
  const urlOf = (service: ServiceName) =>
    given[`${service}AdminUrl`] ?? local(defaultPorts.services[service].adminPort + portOffset)
  const targets = Object.fromEntries(serviceNames.map((service) => [service, urlOf(service)]))
  return { targets, optional: { 'process of all': local(defaultPorts.adminPort + portOffset) } }
}
