import type { Placing, Shop } from './state.ts'

function orderProblem({ status, stock, keys, taken, net }: Placing, release: number): string | undefined {
  const isPaid = keys.includes('approved')
  if (taken > 1) return 'money taken twice'
  if (status === 'authorised' || status === 'confirmed') {
    if (!isPaid) return 'authorised or confirmed without money'
    if (status === 'confirmed' && stock !== 'allocated') return 'confirmed without allocated stock'
    if (stock !== 'held' && stock !== 'allocated') return 'authorised without stock'
  }
  if (status !== 'ended') return undefined
  if (isPaid) return 'ended, but money is taken'
  if (stock === 'allocated') return 'ended, but stock is allocated'
  // A Release under way will end it; without one nobody looks again.
  return stock === 'held' && (net & release) === 0 ? 'ended, but stock is held for ever' : undefined
}

/** I1, I2, I5, I6, I9 in the words of this model. `release` is the bit of that message. */
export function problemOf(shop: Shop, received: number, release: number): string | undefined {
  const { orders, available, held, allocated } = shop
  if (available < 0 || held < 0) return 'negative stock'
  if (available + held + allocated !== received) return 'stock not conserved'
  const count = (status: Placing['stock']) => orders.filter(({ stock }) => stock === status).length
  if (count('held') !== held || count('allocated') !== allocated) return 'stock differs from the reservations'
  for (const order of orders) {
    const problem = orderProblem(order, release)
    if (problem !== undefined) return problem
  }
  return undefined
}
