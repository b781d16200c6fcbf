import { createServer } from 'node:net'
import { defaultPorts } from '../shop/default-ports.ts'
import type { Diagnosis } from './diagnosis.ts'
import { portHolder } from './port-holder.ts'

/** Of the single process: services, their admin ports, its own. */
export const shopPorts = [
  ...Object.values(defaultPorts.services).flatMap(({ port, adminPort }) => [port, adminPort]),
  defaultPorts.adminPort,
].toSorted((a, b) => a - b)

function isFree(port: number): Promise<boolean> {
  const server = createServer()
  return new Promise((resolve) => {
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}

/** @param shopPid of a shop that runs on this data folder: its own ports are no fault */
export async function lookAtPorts(ports: readonly number[], shopPid: number | undefined): Promise<Diagnosis> {
  const taken: string[] = []
  let ours = 0
  for (const port of ports) {
    if (await isFree(port)) continue
    const holder = portHolder(port)
    if (shopPid !== undefined && holder?.endsWith(`(pid ${shopPid})`)) ours++
    else taken.push(`${port} by ${holder ?? 'another program'}`)
  }
  const what = 'ports'
  const range = `${ports[0]}–${ports.at(-1)}`
  if (taken.length === 0)
    return { what, state: 'ok', found: ours > 0 ? `${range}: the shop is running` : `${range} free` }
  return {
    what,
    state: 'fail',
    found: taken.join(', '),
    advice: 'stop it, or choose others: toko run --port-offset 100',
  }
}
