import { Command } from 'commander'
import type { Diagnosis } from '../doctor/diagnosis.ts'
import { lookAtDisk } from '../doctor/look-at-disk.ts'
import { lookAtNode } from '../doctor/look-at-node.ts'
import { lookAtPorts, shopPorts } from '../doctor/look-at-ports.ts'
import type { Output } from '../io/output.ts'
import { wrap } from '../io/output.ts'
import { type DataDirOption, dataDirOption, type JsonOption, jsonOption, toExit } from './shared.ts'

export function doctorCommand(): Command {
  return new Command('doctor')
    .description(
      'look at Node, ports, mongod, disk and data folder, and say what to do; exit code 1: the shop would not start',
    )
    .addOption(dataDirOption())
    .addOption(jsonOption())
    .action((options: DataDirOption & JsonOption) =>
      toExit(async (output) => {
        const diagnoses = await examine(options.dataDir)
        if (options.json) output.json(diagnoses)
        else for (const diagnosis of diagnoses) print(output, diagnosis)
        return diagnoses.some(({ state }) => state === 'fail') ? 1 : 0
      }),
    )
}

async function examine(dataDir: string): Promise<Diagnosis[]> {
  const node = lookAtNode(process.versions.node)
  // What follows needs a Node that runs it.
  const { lookAtDataFolder } = await import('../doctor/look-at-data-folder.ts')
  const { lookAtMongod, lookAtPip } = await import('../doctor/look-at-mongod.ts')
  const { ownerPid, ...folder } = lookAtDataFolder(dataDir)
  const mongod = await lookAtMongod(process.env)
  const pip = await lookAtPip(mongod.state !== 'ok')
  return [node, await lookAtPorts(shopPorts, ownerPid), mongod, pip, lookAtDisk(dataDir), folder]
}

const colours = { ok: 'green', warn: 'yellow', fail: 'red' } as const

function print(output: Output, { what, state, found, advice }: Diagnosis): void {
  output.line(`${output.paint(colours[state], state.padEnd(4))} ${what.padEnd(16)} ${found}`)
  if (advice) output.line(wrap(`→ ${advice}`, '     '))
}
