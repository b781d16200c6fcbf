import { Command, Option } from 'commander'
import { jsonOption, type JsonOption, portOffsetOption, type PortOffsetOption, toExit } from './shared.ts'

type ObserveOptions = JsonOption &
  PortOffsetOption & { readonly pace: 'production' | 'demo'; readonly containers?: boolean }

export function observeCommand(): Command {
  return new Command('observe')
    .description('run collector, Jaeger and Prometheus beside the shop, from installed programs or containers')
    .addOption(
      new Option('--pace <name>', 'how long something lasts before an alert fires: demo is minutes')
        .choices(['production', 'demo'])
        .default('demo'),
    )
    .option('--containers', 'take containers where the programs are installed too')
    .addOption(portOffsetOption())
    .addOption(jsonOption())
    .action((options: ObserveOptions) =>
      toExit(async (output) => {
        const { runObserve } = await import('../observe/run-observe.ts')
        const { publicPorts } = await import('../run/public-ports.ts')
        const shop = publicPorts(process.env, options.portOffset)
        const { pace, containers = false, json = false } = options
        return runObserve(output, { shop, pace, containersOnly: containers, isJson: json })
      }),
    )
}
