import { createInterface } from 'node:readline/promises'
import { Command, Option } from 'commander'
import type { Asked } from '../dead-letters/ask-services.ts'
import { Failure } from '../io/failure.ts'
import type { Output } from '../io/output.ts'
import { shopCommand, type ShopOptions, wholeNumber, withShop } from './shared.ts'

type QueueOptions = ShopOptions & { readonly queue?: string }
const queueOption = () => new Option('--queue <name>', 'only in this queue')
const load = async () => ({
  ...(await import('../dead-letters/dead-letters.ts')),
  ...(await import('../dead-letters/print-dead-letters.ts')),
})

export function deadLettersCommand(): Command {
  return new Command('dead-letters')
    .description('messages that no handler could handle: look at them, put them back, or forget them')
    .helpCommand(false)
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(redriveCommand())
    .addCommand(dropCommand())
}

const listCommand = () =>
  shopCommand('list', 'the oldest of each queue, and how many there are')
    .addOption(queueOption())
    .addOption(new Option('--limit <n>', 'of each queue, 1 to 500').argParser(wholeNumber).default(100))
    .action((options: QueueOptions & { readonly limit: number }) =>
      withShop(options, async (shop, output) => {
        const { listDeadLetters, printDeadLetters } = await load()
        const found = await listDeadLetters(shop, { queue: options.queue, limit: options.limit })
        if (options.json) output.json(found)
        else printDeadLetters(output, found.items, found.queues, Date.now())
        return exitCodeOf(output, found)
      }),
    )

const showCommand = () =>
  shopCommand('show', 'one of them: why it was parked, its headers and its body')
    .argument('<id>', 'id of the message')
    .addOption(queueOption())
    .action((id: string, options: QueueOptions) =>
      withShop(options, async (shop, output) => {
        const { showDeadLetter, printDeadLetter } = await load()
        const { letters, faults } = await showDeadLetter(shop, { id, queue: options.queue })
        if (letters.length === 0) return unknown(output, id, faults)
        if (options.json) output.json(letters)
        else for (const letter of letters) printDeadLetter(output, letter, Date.now())
        return exitCodeOf(output, { faults })
      }),
    )

const redriveCommand = () =>
  shopCommand('redrive', 'put messages back into the queue in which they failed, under their ids')
    .argument('[id]', 'id of one message')
    .addOption(queueOption())
    .addOption(new Option('--all', 'everything that is parked anywhere'))
    .action((id: string | undefined, options: QueueOptions & { readonly all?: boolean }) =>
      withShop(options, async (shop, output) => {
        if (Boolean(options.all) === (id !== undefined || options.queue !== undefined))
          throw new Failure('say what to redrive: an id, --queue <name> or --all', 2)
        const { redriveDeadLetter, redriveDeadLetters } = await load()
        const { queue } = options
        const asked = await (id === undefined
          ? redriveDeadLetters(shop, queue)
          : redriveDeadLetter(shop, { id, queue }))
        const redriven = asked.answers.reduce((sum, { value }) => sum + value, 0)
        if (id !== undefined && redriven === 0) return unknown(output, id, asked.faults)
        if (options.json) output.json({ redriven, faults: asked.faults })
        else output.line(`${redriven} redriven`)
        return exitCodeOf(output, asked)
      }),
    )

const dropCommand = () =>
  shopCommand('drop', 'forget a message for good')
    .argument('<id>', 'id of the message')
    .addOption(queueOption())
    .addOption(new Option('--yes', 'do not ask'))
    .action((id: string, options: QueueOptions & { readonly yes?: boolean }) =>
      withShop(options, async (shop, output) => {
        const { queue } = options
        const { showDeadLetter, printDeadLetter, dropDeadLetter } = await load()
        if (!options.yes) {
          if (!process.stdin.isTTY) throw new Failure('nothing was dropped: there is nobody to ask, so say --yes', 2)
          const { letters, faults } = await showDeadLetter(shop, { id, queue })
          if (letters.length === 0) return unknown(output, id, faults)
          for (const letter of letters) printDeadLetter(output, letter, Date.now())
          if (!(await isAgreed('Forget it for good? [y/N] '))) return output.line('kept')
        }
        const asked = await dropDeadLetter(shop, { id, queue })
        if (!asked.answers.some(({ value }) => value)) return unknown(output, id, asked.faults)
        if (options.json) output.json({ dropped: id, faults: asked.faults })
        else output.line('dropped')
        return exitCodeOf(output, asked)
      }),
    )

async function isAgreed(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return /^y(es)?$/i.test((await terminal.question(question)).trim())
  } finally {
    terminal.close()
  }
}

type Faults = Pick<Asked<unknown>, 'faults'>

/** What was done is done; 2 says that somebody could not be asked. */
function exitCodeOf(output: Output, { faults }: Faults): number {
  for (const { service, why } of faults) output.note(`toko: ${service}: ${why}`)
  return faults.length === 0 ? 0 : 2
}

function unknown(output: Output, id: string, faults: Faults['faults']): number {
  exitCodeOf(output, { faults })
  const where = faults.length === 0 ? '' : ' where it could be looked for'
  throw new Failure(`no dead letter ${id}${where}`, faults.length === 0 ? 1 : 2)
}
