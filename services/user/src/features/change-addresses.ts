import { errors, newId, type NewUserAddress } from '@toko/contracts'
import { addAddress, replaceAddress } from '../domain/addresses.ts'
import type { StoredAddress } from '../domain/user.ts'
import { changeUser, existing } from './change-user.ts'
import type { Context } from './context.ts'

const find = (addresses: readonly StoredAddress[], id: string, ifMatch: number): StoredAddress => {
  const address = addresses.find((each) => each.id === id)
  if (!address) throw errors.notFound()
  if (address.version !== ifMatch) throw errors.preconditionFailed()
  return address
}

/** @throws limit-reached */
export async function createAddress(c: Context, userId: string, address: NewUserAddress): Promise<StoredAddress> {
  const id = newId('adr')
  const user = await changeUser(c, userId, (found) => {
    const { addresses } = existing(found)
    if (addresses.length >= c.limits.maxAddresses)
      throw errors.limitReached({ detail: `at most ${c.limits.maxAddresses} addresses` })
    return { change: { set: { addresses: addAddress(addresses, id, address) } } }
  })
  return user.addresses.find((each) => each.id === id)!
}

/** @throws not-found, precondition-failed */
export async function putAddress(
  c: Context,
  userId: string,
  id: string,
  address: NewUserAddress,
  ifMatch: number,
): Promise<StoredAddress> {
  const user = await changeUser(c, userId, (found) => {
    const { addresses } = existing(found)
    find(addresses, id, ifMatch)
    return { change: { set: { addresses: replaceAddress(addresses, id, address)! } } }
  })
  return user.addresses.find((each) => each.id === id)!
}

/** @throws not-found, precondition-failed */
export async function removeAddress(c: Context, userId: string, id: string, ifMatch: number): Promise<void> {
  await changeUser(c, userId, (found) => {
    const { addresses } = existing(found)
    find(addresses, id, ifMatch)
    return { change: { set: { addresses: addresses.filter((each) => each.id !== id) } } }
  })
}
