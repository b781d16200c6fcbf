import { type Random, random } from '../../kill/random.ts'
import { databaseFaults } from './database.ts'
import { deployFaults } from './deploys.ts'
import type { Drawn, Fault } from './fault.ts'
import { messageFaults } from './messages.ts'
import { networkFaults } from './network.ts'
import { processFaults } from './processes.ts'
import { providerFaults } from './provider.ts'

export const faults: readonly Fault[] = [
  ...providerFaults,
  ...networkFaults,
  ...databaseFaults,
  ...messageFaults,
  ...processFaults,
  ...deployFaults,
]

/** The order in which they come, and of each its place and size: all by the seed, whichever are left out. */
export function drawFaults(seed: number, only: readonly string[] = []): Drawn[] {
  const draws = random(seed)
  const drawn = faults.map(({ name, draw }, n) => ({ name, ...draw(random(seed * 1000 + n)) }))
  return shuffled(drawn, draws).filter(({ name }) => only.length === 0 || only.includes(name))
}

function shuffled<T>(items: readonly T[], draws: Random): T[] {
  const left = [...items]
  return items.map(() => left.splice(Math.floor(draws.next() * left.length), 1)[0]!)
}
