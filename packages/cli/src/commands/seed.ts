import type { Command } from 'commander'
import type { Output } from '../io/output.ts'
import { progressBar } from '../io/progress-bar.ts'
import { seedAccounts } from '../seed/accounts.ts'
import { seedCatalogue, type SeedReport } from '../seed/seed-shop.ts'
import { type Accounts, accountsFile, type ShopConnection } from '../shop/connect.ts'
import { shopCommand, type ShopOptions, withShop } from './shared.ts'

export function seedCommand(): Command {
  return shopCommand(
    'seed',
    'put products, stock and two accounts into the shop; again it adds what is missing',
  ).action((options: ShopOptions) =>
    withShop(options, async (shop, output) => {
      const seeded = await seed(shop, options.dataDir)
      if (options.json) output.json({ ...seeded.report, accounts: seeded.isNew ? seeded.accounts : undefined })
      else printSeed(output, seeded, options.dataDir)
    }),
  )
}

interface Seeded {
  readonly report: SeedReport
  readonly accounts: Accounts
  readonly isNew: boolean
}

export async function seed(shop: ShopConnection, dataDir: string): Promise<Seeded> {
  const accounts = await seedAccounts(shop, dataDir)
  const bar = progressBar('seeding')
  try {
    return { ...accounts, report: await seedCatalogue(shop, bar.update) }
  } finally {
    bar.stop()
  }
}

export function printSeed(output: Output, { report, accounts, isNew }: Seeded, dataDir: string): void {
  const { products, categories, variants, created } = report
  output.line(`${products} products (${created} new), ${variants} variants, ${categories} categories`)
  if (!isNew) return output.line(`accounts as before, passwords in ${accountsFile(dataDir)}`)
  output.line(`accounts, shown once and kept in ${accountsFile(dataDir)}:`)
  for (const { email, password } of [accounts.customer, accounts.staff])
    output.line(`  ${email.padEnd(20)} ${output.paint('bold', password)}`)
}
