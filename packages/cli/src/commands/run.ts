import { Command, Option } from 'commander'
import { Failure } from '../io/failure.ts'
import type { RunOptions } from '../run/run-options.ts'
import { dataDirOption, jsonOption, portOffsetOption, replicasOption, splitOption, toExit } from './shared.ts'

export function runCommand(): Command {
  return new Command('run')
    .description(
      'run the whole shop until Ctrl-C, in one process or in several; the first time it is filled by toko seed',
    )
    .addOption(dataDirOption())
    .addOption(portOffsetOption())
    .addOption(splitOption())
    .addOption(replicasOption())
    .addOption(new Option('--no-seed', 'leave an empty shop empty'))
    .addOption(jsonOption())
    .action((options: RunOptions) =>
      toExit(async (output) => {
        if (options.split) return (await import('../run/run-split-shop.ts')).runSplitShop(options, output)
        if (options.replicas !== undefined) throw new Failure('--replicas needs --split', 2)
        return (await import('../run/run-single-shop.ts')).runSingleShop(options, output)
      }),
    )
}
