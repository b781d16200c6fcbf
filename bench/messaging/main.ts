/**
 * The bus over RabbitMQ against bare amqplib, doing the same work in turn in one run: see docs/numbers.md.
 * `node bench/messaging/main.ts [rounds=7] [only=publish|consume|call]`; AMQP_URL and TEST_MONGO_URL name servers to use in
 * place of private ones. Exit 1 when a ratio is below its goal.
 */
import { RabbitmqNotFoundError } from '@toko/messaging'
import { MongodNotFoundError } from '@toko/database'
import { callContest } from './call.ts'
import { consumeContest } from './consume.ts'
import { compete, type Contest, type Result } from './contest.ts'
import { publishContest } from './publish.ts'
import { startSurroundings, type Surroundings } from './surroundings.ts'

const goalRatio = 0.7
const contests: Record<string, ((around: Surroundings) => Promise<Contest>)[]> = {
  publish: [publishContest],
  consume: [consumeContest],
  call: [(around) => callContest(around, 1, 1_000), (around) => callContest(around, 10, 4_000)],
}

function fail(message: string): never {
  process.stderr.write(`${message}\n`)
  process.exit(2)
}

const usage = `usage: node bench/messaging/main.ts [rounds=7] [only=${Object.keys(contests).join('|')}]`
const given = new Map(process.argv.slice(2).map((word) => word.split('=', 2) as [string, string]))
const rounds = Number(given.get('rounds') || 7)
const only = given.get('only') || undefined
const isKnown = [...given.keys()].every((name) => ['rounds', 'only'].includes(name))
if (!isKnown || !Number.isInteger(rounds) || rounds < 1 || rounds > 100) fail(usage)
const chosen = only === undefined ? Object.values(contests).flat() : (contests[only] ?? fail(usage))

const around = await startSurroundings(process.env).catch((error: unknown) => {
  if (error instanceof RabbitmqNotFoundError || error instanceof MongodNotFoundError) fail(error.message)
  throw error
})
const rate = (perSecond: number) => `${Math.round(perSecond).toLocaleString('en')}/s`.padStart(13)

function line({ name, bare, toko, ratio, lowest, highest, goalRate }: Result): string {
  const range = `(${lowest.toFixed(2)} to ${highest.toFixed(2)})`
  const ratioVerdict = ratio >= goalRatio ? '' : `  below ${goalRatio}`
  const reached =
    goalRate === undefined ? '' : `  goal ${rate(goalRate).trim()}: ${toko >= goalRate ? 'met' : 'missed'}`
  return `${name.padEnd(38)}${rate(bare)}${rate(toko)}   ${ratio.toFixed(2)} ${range}${ratioVerdict}${reached}`
}

try {
  console.log(`median of ${rounds} rounds in turn, after one that warms up`)
  console.log(`${''.padEnd(38)} bare amqplib         toko   toko by bare, goal ≥ ${goalRatio}`)
  for (const open of chosen) {
    const contest = await open(around)
    const result = await compete(contest, rounds)
    await contest.close()
    console.log(line(result))
    if (result.ratio < goalRatio) process.exitCode = 1
  }
} finally {
  await around.stop()
}
