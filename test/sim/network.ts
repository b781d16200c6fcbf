import { CallNotSentError, CallUnknownError, ProblemAnswer } from '@toko/http'
import { ProblemError } from '@toko/contracts'
import type { CallFault, Place } from './fault-kinds.ts'
import { type Replica, type ServiceName, SimulatedFault } from './replica.ts'
import type { World } from './world.ts'

/** A replica, or a client outside that never crashes. */
export interface Caller {
  readonly world: World
  readonly name: string
  readonly life: number
  readonly isUp?: boolean
  resume(life: number, goOn: () => void): void
  crash?(why: string): void
  pause?(ms: number): void
}

export interface Request<T> {
  readonly from: Caller
  readonly to: ServiceName
  readonly targets: readonly Replica[]
  readonly what: string
  /** Number of the call for the digest. */
  readonly code: number
  readonly place: Place
  readonly timeoutMs: number
  /** The route's handler, in the replica that was reached. May run twice, late, or for a caller that is gone. */
  readonly serve: (replica: Replica) => Promise<T>
  /** What the callee's own misbehaviour makes of the call; undefined when it has none of that kind. */
  readonly twist?: (fault: CallFault, replica: Replica) => Promise<T> | undefined
}

/** What the HTTP client makes of a failed handler: a problem below 500 is an answer, everything else leaves it open. */
function failureOf(to: string, error: unknown): Error {
  if (!(error instanceof ProblemError)) return new CallUnknownError('server-error', { target: to, cause: error })
  const { code, status, title, details } = error
  if (code === 'overloaded') return new CallNotSentError('not-started', { target: to, status })
  if (status >= 500) return new CallUnknownError('server-error', { target: to, status })
  return new ProblemAnswer(to, { type: code, title, status, code, ...details.extensions })
}

/** Errors of the code under test that no fault explains are bugs. */
export function expectKnown(world: World, who: string, error: unknown): void {
  if (error instanceof AggregateError) {
    for (const each of error.errors) expectKnown(world, who, each)
    return
  }
  const isKnown =
    error instanceof SimulatedFault ||
    error instanceof ProblemError ||
    error instanceof ProblemAnswer ||
    error instanceof CallUnknownError ||
    error instanceof CallNotSentError
  const text = String(error)
  if (isKnown || text.includes('not primary any more')) return
  const invariant = text.includes('is not a step') ? 'I4' : 'no-crash'
  world.violate(
    invariant,
    `${who} failed with ${error instanceof Error ? (error.stack ?? text).split('\n', 3).join(' ') : text}`,
  )
}

/** A call between two processes. The answer comes, or a failure after the time-out, or nothing to a caller that is gone. */
export function callService<T>(request: Request<T>): Promise<T> {
  const { from, to, targets, what, code, place, timeoutMs, serve } = request
  const { world, life } = from
  return new Promise<T>((resolve, reject) => {
    if (from.isUp === false) return // the rest of a turn in which it crashed
    let isOver = false
    const finish = (goOn: () => void) => {
      if (isOver) return
      isOver = true
      from.resume(life, goOn)
    }
    const fail = (error: Error) => finish(() => reject(error))
    const lost = () => fail(new CallUnknownError('timeout', { target: to }))
    /** Reaches a replica after `ms`; `deliver` false: the answer gets lost. */
    const arrive = (ms: number, deliver: boolean, run = serve) =>
      world.after(ms, () => {
        const target = reach(world, targets)
        if (!target) return fail(new CallNotSentError('refused', { target: to }))
        world.digest(target.code ^ code)
        if (world.timeline) world.note(from.name, `→ ${target.name} ${what}`)
        target.resume(target.life, () => {
          void run(target).then(
            (value) => {
              const answer = () => finish(() => resolve(value))
              const way = world.rng.next() & 7
              if (deliver && way < 4) world.after(1 + way, answer)
              else if (deliver) answer()
              return undefined
            },
            (error: unknown) => {
              expectKnown(world, `${target.name} ${what}`, error)
              if (deliver) world.after(1, () => fail(failureOf(to, error)))
            },
          )
        })
      })
    const soon = 1 + (world.rng.next() & 7)
    world.after(timeoutMs, () => isOver || lost())
    const fault = world.drawFault(place)
    if (fault === undefined) return arrive(soon, true)
    world.count(fault)
    world.digest(fault.length)
    if (world.timeline) world.note(from.name, `→ ${to} ${what}  ! ${fault}`)
    strike(fault, { world, from, life, request, soon, arrive, fail })
  })
}

interface Strike<T> {
  readonly world: World
  readonly from: Caller
  readonly life: number
  readonly request: Request<T>
  readonly soon: number
  readonly arrive: (ms: number, deliver: boolean, run?: (replica: Replica) => Promise<T>) => void
  readonly fail: (error: Error) => void
}

function strike<T>(fault: CallFault, { world, from, life, request, soon, arrive, fail }: Strike<T>): void {
  switch (fault) {
    case 'call-refused':
      return fail(new CallNotSentError('refused', { target: request.to }))
    case 'call-lost':
      return
    case 'call-late':
      return arrive(world.longMs(), true)
    case 'call-twice':
      arrive(soon, true)
      return arrive(world.rng.chance(0.5) ? soon + 5 : world.longMs(), false)
    case 'answer-lost':
      return arrive(soon, false)
    case 'crash-before':
      return from.crash?.(`before → ${request.what}`)
    case 'crash-after':
      arrive(soon, false)
      return world.after(soon, () => from.life === life && from.crash?.(`after → ${request.what}`))
    case 'pause':
      from.pause?.(world.longMs())
      return arrive(soon, true)
    default:
      return arrive(soon, true, (target) => request.twist?.(fault, target) ?? request.serve(target))
  }
}

/** A replica behind the balancer that takes connections: a paused one does, a crashed one does not. */
export function reach(world: World, replicas: readonly Replica[]): Replica | undefined {
  const first = world.rng.next() & 1
  const [one, other] = [replicas[first], replicas[1 - first]]
  return one?.isUp ? one : other?.isUp ? other : undefined
}
