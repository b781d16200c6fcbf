// Preload of a service process: counts its durable steps and ends it by SIGKILL at the n-th one. A step is a moment
// before a write to MongoDB, after it, and after a publish that the broker confirmed. The services know nothing of it.
import { appendFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { confirmChannel } from '../faults/support/confirm-channel.ts'

interface Order {
  /** Count from 0 now and end at this step; 0: count only. Absent: stop counting. */
  readonly crashAt?: number
}

/** The one driver that every service uses, as mongoose brings it. */
const fromDatabase = createRequire(new URL('../../packages/database/src/index.ts', import.meta.url))
const { mongo } = fromDatabase('mongoose') as { mongo: { Collection: { prototype: Record<string, unknown> } } }

const writes = ['insertOne', 'updateOne', 'updateMany', 'findOneAndUpdate', 'bulkWrite', 'deleteOne', 'deleteMany']

const steps = { isCounting: false, last: 0, crashAt: 0 }
const stepsFile = process.env['CRASH_STEPS_FILE']

function step(what: string): void {
  if (!steps.isCounting) return
  steps.last++
  const isEnd = steps.last === steps.crashAt
  if (stepsFile) appendFileSync(stepsFile, `${JSON.stringify({ step: steps.last, what, isEnd })}\n`)
  if (!isEnd) return
  process.kill(process.pid, 'SIGKILL')
  for (;;); // nothing of ours runs on until the signal is there
}

/** "Is anything due?" of a sweeper or relay names no document: it comes with the clock, and mostly changes nothing. */
function isPoll([filter]: readonly unknown[]): boolean {
  return (
    typeof filter === 'object' && filter !== null && !('_id' in filter) && JSON.stringify(filter).includes('"$lte"')
  )
}

for (const method of writes) {
  const original = mongo.Collection.prototype[method] as (...args: unknown[]) => Promise<unknown>
  mongo.Collection.prototype[method] = async function (this: { collectionName: string }, ...args: unknown[]) {
    if (isPoll(args)) return original.apply(this, args)
    const what = `${method} ${this.collectionName}`
    step(`before ${what}`)
    const result = await original.apply(this, args)
    step(`after ${what}`)
    return result
  }
}

const publish = confirmChannel.publish
confirmChannel.publish = function (this: typeof confirmChannel, exchange, key, content, options, confirmed) {
  return publish.call(this, exchange, key, content, options, (error) => {
    step(`after publish ${key}`)
    confirmed(error)
  })
}

function obey({ crashAt }: Order): void {
  Object.assign(steps, { isCounting: crashAt !== undefined, last: 0, crashAt: crashAt ?? 0 })
}

if (process.env['CRASH_AT']) obey({ crashAt: Number(process.env['CRASH_AT']) })
process.on('message', (order: Order) => {
  const counted = steps.last
  obey(order)
  process.send?.({ counted })
})
process.channel?.unref()
