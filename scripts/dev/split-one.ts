/**
 * Values for a shop of which one service runs on this machine: no pod of it, and its callers come here. Its database stays
 * in the cluster.   usage: node scripts/dev/split-one.ts SERVICE      LAPTOP_HOST: this machine, as pods reach it
 */
import { execFileSync } from 'node:child_process'
import { isIPv4 } from 'node:net'
import { laptopValues, serviceNamed } from './neighbours.ts'

/** The gateway of kind's network: on Linux that is this machine. */
function hostOfKind(): string {
  const template = '{{range .IPAM.Config}}{{.Gateway}} {{end}}'
  const gateways = execFileSync('docker', ['network', 'inspect', 'kind', '--format', template], { encoding: 'utf8' })
  return gateways.split(/\s+/).find(isIPv4) ?? ''
}

try {
  const host = process.env['LAPTOP_HOST'] || hostOfKind()
  if (!isIPv4(host)) throw new Error('set LAPTOP_HOST to the IPv4 address by which pods reach this machine')
  process.stdout.write(`${JSON.stringify(laptopValues(serviceNamed(process.argv[2]), host), null, 2)}\n`)
} catch (error) {
  process.stderr.write(`toko: ${(error as Error).message}\n`)
  process.exit(1)
}
