/**
 * Rolling restarts, an upgrade, a rollback, an autoscaler, pod deletions and node drains under constant load, on the cluster that
 * scripts/kind/rollout.sh made: make rollout-test. Exit 0: no request failed and no order is lost; 1: one was; 2: it could not run.
 */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { connect, seedAccounts } from '@toko/cli'
import { faultsOf, printResult } from './print-result.ts'
import { runRollout } from './run-rollout.ts'
import { autoscaling } from './steps/autoscaling.ts'
import { podDeletions, restarts } from './steps/deployments.ts'
import { drains } from './steps/nodes.ts'
import { upgradeAndRollback } from './steps/releases.ts'
import type { Step } from './steps/step.ts'

const kinds = ['restarts', 'upgrade', 'autoscaling', 'pods', 'drain'] as const
const usage = `usage: node test/rollout/main.ts chart=FILE next=TAG [rate=40] [requests=50000] [restarts=5] [only=${kinds.join(',')}]`

/** `name=value` words of the command line. */
const given = Object.fromEntries(process.argv.slice(2).map((word) => word.split('=', 2) as [string, string]))
const refuse = (why: string): never => {
  process.stderr.write(`${why}\n${usage}\n`)
  process.exit(2)
}
const whole = (name: string, byDefault: number) => {
  const value = Number(given[name] || byDefault)
  return Number.isInteger(value) && value > 0 ? value : refuse(`${name}=${given[name]}: expected a whole number`)
}
for (const name of Object.keys(given))
  if (!['chart', 'next', 'rate', 'requests', 'restarts', 'only'].includes(name)) refuse(`unknown: ${name}`)
const only = given['only']?.split(',').filter(Boolean) ?? []
for (const kind of only)
  if (!kinds.some((known) => known === kind)) refuse(`only=${kind}: expected some of ${kinds.join(',')}`)
const wants = (kind: (typeof kinds)[number]) => only.length === 0 || only.includes(kind)
const [chart, nextTag] = [given['chart'] || refuse('chart is missing'), given['next'] || refuse('next is missing')]

const reports = fileURLToPath(new URL('../../.toko/rollout', import.meta.url))
mkdirSync(reports, { recursive: true })
const reportFolder = mkdtempSync(join(reports, `${new Date().toISOString().slice(0, 19).replaceAll(':', '')}-`))
/** k8s/kind-ha.yaml. */
const urls = {
  user: 'http://127.0.0.1:18001',
  product: 'http://127.0.0.1:18002',
  order: 'http://127.0.0.1:18003',
  payment: 'http://127.0.0.1:18004',
}
const shop = connect(
  { userUrl: urls.user, productUrl: urls.product, orderUrl: urls.order, paymentUrl: urls.payment },
  reports,
)
try {
  await seedAccounts(shop, reports)
  const steps: Step[] = [
    ...(wants('restarts') ? restarts(whole('restarts', 5)) : []),
    ...(wants('upgrade') ? upgradeAndRollback({ name: 'toko', chart, nextTag }) : []),
    ...(wants('autoscaling') ? autoscaling({ name: 'toko', chart }) : []),
    ...(wants('pods') ? podDeletions() : []),
    ...(wants('drain') ? await drains() : []),
  ]
  const demands = { leastRequests: whole('requests', 50_000), upgrades: wants('upgrade') }
  const result = await runRollout({
    ...demands,
    shop,
    urls,
    rate: whole('rate', 40),
    steps,
    reportFolder,
    onLine: (line) => process.stdout.write(`${line}\n`),
  })
  writeFileSync(join(reportFolder, 'result.json'), JSON.stringify(result, null, 2))
  process.stdout.write(`\n${printResult(result, demands)}\nhistory and result: ${reportFolder}\n`)
  process.exitCode = faultsOf(result, demands).length === 0 ? 0 : 1
} catch (error) {
  process.stderr.write(`rollout: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 2
} finally {
  await shop.close()
}
