import { randomBytes } from 'node:crypto'
import { SeededAccount } from '@toko/contracts'
import { writePrivate } from '../io/private-file.ts'
import { type Accounts, accountsFile, knownAccounts } from '../shop/accounts.ts'
import type { ShopConnection } from '../shop/connect.ts'

const newPassword = () => randomBytes(15).toString('base64url')

const roles = {
  customer: ['customer'],
  staff: ['customer', 'support', 'catalogue', 'orders', 'admin'],
} as const
const names = { customer: 'Citra Pelanggan', staff: 'Sari Pegawai' }

/**
 * The two accounts of a development shop, with the passwords of `<dataDir>/accounts.json`. They are made up and kept
 * before the service knows them, so that a crash in between loses nothing. `isNew`: made up now, so shown once.
 */
export async function seedAccounts(
  shop: ShopConnection,
  dataDir: string,
): Promise<{ readonly accounts: Accounts; readonly isNew: boolean }> {
  const file = accountsFile(dataDir)
  const kept = knownAccounts(dataDir)
  const accounts = kept ?? {
    customer: { email: 'customer@toko.test', password: newPassword() },
    staff: { email: 'staff@toko.test', password: newPassword() },
  }
  if (!kept) writePrivate(file, accounts)
  const headers = await shop.asCli()
  for (const kind of ['customer', 'staff'] as const)
    await shop.user.call({
      method: 'PUT',
      path: '/internal/accounts',
      headers,
      body: { ...accounts[kind], roles: roles[kind], name: names[kind] },
      answer: { 200: SeededAccount },
    })
  return { accounts, isNew: !kept }
}
