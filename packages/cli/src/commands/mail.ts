import type { MailboxItem } from '@toko/contracts'
import { type Command, Option } from 'commander'
import type { Output } from '../io/output.ts'
import { wrap } from '../io/output.ts'
import { shopCommand, type ShopOptions, wholeNumber, withShop } from './shared.ts'

type MailOptions = ShopOptions & { readonly to?: string; readonly limit: number }

export function mailCommand(): Command {
  return shopCommand('mail', "show the shop's own mailbox, the newest mail last")
    .addOption(new Option('--to <address>', 'only mails to this address'))
    .addOption(new Option('--limit <n>', 'how many').argParser(wholeNumber).default(20))
    .action((options: MailOptions) =>
      withShop(options, async (shop, output) => {
        const { readMailbox } = await import('../shop/read-mailbox.ts')
        const mails = await readMailbox(shop, options)
        if (options.json) return output.json(mails)
        if (mails.length === 0) output.line(options.to ? `no mail to ${options.to}` : 'no mail')
        for (const mail of mails.toReversed()) print(output, mail)
      }),
    )
}

function print(output: Output, { to, subject, text, createdAt }: MailboxItem): void {
  output.line(`${output.paint('bold', subject)}  to ${to}, ${createdAt.slice(0, 19).replace('T', ' ')} UTC`)
  for (const line of text.trimEnd().split('\n')) output.line(line === '' ? '' : wrap(line, '  '))
  output.line()
}
