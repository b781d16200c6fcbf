/**
 * Runs inside a pod: tries every address at once and prints a JSON object of `open` or `closed`. Its source is handed to
 * node in the pod, so it imports nothing of ours.
 * usage: node --input-type=module-typescript --eval SOURCE '{"targets":["10.0.0.1:80"],"limitMs":1000,"tries":3}'
 */
import { resolve4 } from 'node:dns/promises'
import { connect } from 'node:net'

interface Task {
  readonly targets: readonly string[]
  readonly limitMs: number
  /** A busy machine may be late; who drops packets drops them every time. */
  readonly tries: number
  /** A name that the cluster's DNS must know. */
  readonly name: string
}
const { targets, limitMs, tries, name } = JSON.parse(process.argv[1]!) as Task

const isOpen = (target: string): Promise<boolean> =>
  new Promise((answer) => {
    const [host, port] = target.split(':')
    const socket = connect({ host: host!, port: Number(port) })
    const end = (isConnected: boolean) => {
      socket.destroy()
      answer(isConnected)
    }
    socket.setTimeout(limitMs, () => end(false))
    socket.once('connect', () => end(true))
    socket.once('error', () => end(false))
  })

async function look(target: string): Promise<[string, string]> {
  for (let n = 0; n < tries; n++) if (await isOpen(target)) return [target, 'open']
  return [target, 'closed']
}

const hasDns = await resolve4(name).then(
  () => true,
  () => false,
)
console.log(JSON.stringify({ hasDns, ports: Object.fromEntries(await Promise.all(targets.map(look))) }))
