import type { Command } from 'commander'
import type { Output } from '../io/output.ts'
import type { Seeded } from '../seed/seed-shop.ts'
import { accountsFile } from '../shop/accounts.ts'
import { shopCommand, type ShopOptions, withShop } from './shared.ts'

export function seedCommand(): Command {
  return shopCommand(
    'seed',
    'put products, stock and two accounts into the shop; again it adds what is missing',
  ).action((options: ShopOptions) =>
    withShop(options, async (shop, output) => {
      const { seedShop } = await import('../seed/seed-shop.ts')
      const seeded = await seedShop(shop, options.dataDir)
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
