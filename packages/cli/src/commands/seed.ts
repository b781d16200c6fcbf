import { type Command, Option } from 'commander'
import type { Output } from '../io/output.ts'
import type { Seeded } from '../seed/seed-shop.ts'
import { accountsFile, knownAccounts } from '../shop/accounts.ts'
import { shopCommand, type ShopOptions, wholeNumber, withShop } from './shared.ts'

export function seedCommand(): Command {
  return shopCommand('seed', 'put products, stock and two accounts into the shop; again it adds what is missing')
    .addOption(
      new Option('--wait <s>', 'try on for so many seconds while the shop does not answer').argParser(wholeNumber),
    )
    .action(({ wait = 0, ...options }: ShopOptions & { wait?: number }) =>
      withShop(options, async (shop, output) => {
        const { seedShop } = await import('../seed/seed-shop.ts')
        const { patience, patiently } = await import('../verify/load/patience.ts')
        const isNew = knownAccounts(options.dataDir) === undefined
        // Again it adds what is missing, so the whole of it may be repeated.
        const done = await patiently(patience(wait * 1000), () => seedShop(shop, options.dataDir))
        const seeded = { ...done, isNew }
        if (options.json) output.json({ ...seeded.report, accounts: seeded.isNew ? seeded.accounts : undefined })
        else printSeed(output, seeded, options.dataDir)
      }),
    )
}

export function printSeed(output: Output, { report, accounts, isNew }: Seeded, dataDir: string): void {
  const { products, categories, variants, created } = report
  output.line(`${products} products (${created} new), ${variants} variants, ${categories} categories`)
  if (!isNew) return output.line(`accounts as before, passwords in ${accountsFile(dataDir)}`)
  output.line(`accounts, shown once and kept in ${accountsFile(dataDir)}:`)
  for (const { email, password } of [accounts.customer, accounts.staff])
    output.line(`  ${email.padEnd(20)} ${output.paint('bold', password)}`)
}
