import type { ServiceName } from '@toko/cli'
import type { Random } from '../../kill/random.ts'
import type { ExerciseShop } from '../shop/exercise-shop.ts'
import type { Traffic } from '../shop/traffic.ts'

/** Where a fault really is. What is undefined could be seen in several ways, or not at all. */
export interface Truth {
  /** `broker` is no service of the shop, but a place all the same. */
  readonly service: ServiceName | 'broker'
  readonly operation?: RegExp
  readonly errorType?: RegExp
  readonly kind: string
}

export interface World extends Pick<ExerciseShop, 'shop' | 'connection' | 'broker' | 'neighbours' | 'databases'> {
  readonly redeploy: ExerciseShop['redeploy']
  readonly configure: ExerciseShop['configure']
  readonly inside: ExerciseShop['inside']
  readonly traffic: Pick<Traffic, 'payWith' | 'skus'>
}

/** A fault with its place and size. */
export interface Drawn {
  readonly name: string
  /** What was drawn, for the report. */
  readonly detail: string
  readonly truth: Truth
  /** A process is killed by it: the spans of its last moments are lost with it. */
  readonly kills?: boolean
  /** The only replica is away while it is replaced, which is no news: alerts about that are passed over. */
  readonly isDeploy?: boolean
  /** It is no fault of the shop: any alert is a false one. */
  readonly mustStaySilent?: boolean
  /** A series that is above 0 when it had its effect over so many seconds, where no alert need tell. */
  readonly sign?: (seconds: number) => string
  /** How long alerts are waited for. */
  readonly watchMs?: number
  /** What it needs and is no fault itself, such as a deployment; the shop is calm again before it happens. Resolves with what takes it back. */
  prepare?(world: World): Promise<() => Promise<unknown>>
  /** Lets it happen; resolves with what ends it. */
  inject(world: World): Promise<() => Promise<unknown>>
}

export interface Fault {
  readonly name: string
  draw(random: Random): Omit<Drawn, 'name'>
}
