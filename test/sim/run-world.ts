import { release } from '../../services/product/src/features/release.ts'
import { expectKnown } from './network.ts'
import { drawProfile, type Profile } from './profile.ts'
import type { Replica } from './replica.ts'
import { checkAtRest } from './rest-rules.ts'
import { clientStory } from './script.ts'
import { openShop, type Shop } from './shop.ts'
import { type Violation, World, type WorldOptions } from './world.ts'

/** Everything must have come to rest so long after the last fault (order-protocol.md, "Invariants"). */
const restMs = 120_000

/** One seed's life: step() until it is over, then result(). */
export class Run {
  readonly world: World
  readonly profile: Profile
  private readonly shop: Shop
  private isChecked = false

  constructor(options: WorldOptions) {
    this.world = new World(options)
    this.profile = drawProfile(this.world.rng)
    const { theme, faultRate, healAt } = this.profile
    this.world.suffer(theme, faultRate, healAt)
    if (this.world.timeline)
      this.world.note('world', `seed ${options.seed}, theme ${theme}, faults ${faultRate}, healed at ${healAt} ms`)
    this.shop = openShop(this.world, this.profile)
    misfortunes(this.shop)
    for (let n = 0; n < this.profile.clients; n++) {
      clientStory(this.shop, n).catch((error: unknown) => expectKnown(this.world, `client ${n}`, error))
    }
  }

  /** False when it is over. */
  step(): boolean {
    if (this.world.step(this.profile.healAt + restMs)) return true
    if (!this.isChecked && !this.world.violation) checkAtRest(this.shop)
    this.isChecked = true
    return false
  }

  get violation(): Violation | undefined {
    return this.world.violation
  }
}

/** What strikes at its own time and not at a call: crashes, clocks, the provider, a stray command. */
function misfortunes(shop: Shop): void {
  const { world, profile, replicas, clocks, cores } = shop
  const { rng } = world
  const { theme, healAt } = profile
  if (theme === 'calm') return
  const isMixed = theme === 'all'
  if (theme === 'crashes' || (isMixed && rng.chance(0.5)))
    for (let i = rng.between(1, 4); i > 0; i--)
      world.after(rng.below(healAt), () => {
        world.count('crash-idle')
        rng.pick([...replicas.order, ...replicas.product, ...replicas.payment]).crash('by itself')
      })
  if (rng.chance(isMixed ? 0.3 : 0.05)) {
    const service = rng.pick(['order', 'product', 'payment'] as const)
    world.clocksJump = true
    const jump = () => {
      world.count('clock-jump')
      clocks[service].offsetMs = rng.pick([-3_600_000, 3_600_000, -5000, 5000, 0])
      if (world.timeline) world.note(service, `CLOCK is off by ${clocks[service].offsetMs} ms`)
      shop.alarms.lookAll()
    }
    for (let i = rng.between(1, 2); i > 0; i--) world.after(rng.below(healAt), jump)
    world.after(healAt, () => {
      clocks[service].offsetMs = 0
      shop.alarms.lookAll()
    })
  }
  if (theme === 'provider' ? rng.chance(0.4) : isMixed && rng.chance(0.1)) {
    const from = rng.below(healAt)
    shop.providerDown = [from, Math.min(healAt, from + rng.between(2000, 130_000))]
    world.count('psp-down')
  }
  if (rng.chance(0.1)) world.after(rng.below(healAt + 2000), () => strayRelease(shop, rng.pick([...cores.keys()])))
}

/** A Release that comes for an order whose stock is allocated: a plain Release must never free what is paid (7a). */
function strayRelease({ world, db, cores }: Shop, at: Replica): void {
  if (!at.isUp || at.isPaused) return
  for (const { _id, status } of db.reservations.all.values())
    if (status === 'allocated' || status === 'consumed') {
      world.count('stray-release')
      if (world.timeline) world.note(at.name, `gets a STRAY RELEASE of ${_id.slice(-2)}`)
      release(cores.get(at)!, _id).catch((error: unknown) => expectKnown(world, `${at.name} release`, error))
    }
}
