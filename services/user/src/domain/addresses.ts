import type { NewUserAddress } from '@toko/contracts'
import type { StoredAddress } from './user.ts'

/** Takes default flags away from the other addresses: one default per kind. */
function withExclusiveFlags(addresses: readonly StoredAddress[], winner: StoredAddress): StoredAddress[] {
  return addresses.map((address) => {
    if (address.id === winner.id) return winner
    const isDefaultShipping = address.isDefaultShipping && !winner.isDefaultShipping
    const isDefaultBilling = address.isDefaultBilling && !winner.isDefaultBilling
    const isSame = isDefaultShipping === address.isDefaultShipping && isDefaultBilling === address.isDefaultBilling
    return isSame ? address : { ...address, isDefaultShipping, isDefaultBilling, version: address.version + 1 }
  })
}

export function addAddress(addresses: readonly StoredAddress[], id: string, address: NewUserAddress): StoredAddress[] {
  const added: StoredAddress = { ...address, id, version: 1 }
  return withExclusiveFlags([...addresses, added], added)
}

/** @returns undefined when there is no such address */
export function replaceAddress(
  addresses: readonly StoredAddress[],
  id: string,
  address: NewUserAddress,
): StoredAddress[] | undefined {
  const before = addresses.find((each) => each.id === id)
  return before && withExclusiveFlags(addresses, { ...address, id, version: before.version + 1 })
}
