import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The shop of make dev: in the cluster of make up, apart from its shop. */
export const context = `kind-${process.env['KIND_CLUSTER_NAME'] || 'toko'}`
export const namespace = 'toko-dev'

/** Where the callers in the cluster were told to find the service of this machine (scripts/dev/split-one.ts). @throws Error before make dev */
export function addressHere(repository: string): URL {
  const values = readFileSync(join(repository, '.toko/dev/split-one.json'), 'utf8')
  const found = /http:\/\/[\d.]+:\d+/.exec(values)
  if (!found) throw new Error('no address in .toko/dev/split-one.json: make dev profile=split-one first')
  return new URL(found[0])
}
