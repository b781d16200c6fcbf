import { progressBar } from '../io/progress-bar.ts'
import type { Accounts } from '../shop/accounts.ts'
import type { ShopConnection } from '../shop/connect.ts'
import { seedAccounts } from './seed-accounts.ts'
import { seedCatalogue, type SeedReport } from './seed-catalogue.ts'

export interface Seeded {
  readonly report: SeedReport
  readonly accounts: Accounts
  /** The passwords were made up now: they are shown once. */
  readonly isNew: boolean
}

/** Accounts first: the catalogue is put in by the staff's. Again it changes nothing but what is missing. */
export async function seedShop(shop: ShopConnection, dataDir: string): Promise<Seeded> {
  const accounts = await seedAccounts(shop, dataDir)
  const bar = progressBar('seeding')
  try {
    return { ...accounts, report: await seedCatalogue(shop, bar.update) }
  } finally {
    bar.stop()
  }
}
