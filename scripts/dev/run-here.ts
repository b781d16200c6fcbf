/**
 * Runs one service on this machine with the environment that its pod would have, beside a shop deployed by
 * `make dev profile=split-one service=SERVICE`; starts it again at each change. Ctrl-C ends it.
 * usage: node scripts/dev/run-here.ts SERVICE      KIND_CLUSTER_NAME, LAPTOP_HOST as in scripts/kind/dev.sh
 */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { addressHere, context, namespace } from './dev-shop.ts'
import { serviceNamed } from './neighbours.ts'
import { podEnvironment } from './pod-environment.ts'
import { type Forwards, portForwards } from './port-forwards.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
let forwards: Forwards | undefined
try {
  const service = serviceNamed(process.argv[2])
  const prefix = service.toUpperCase()
  forwards = portForwards(context, namespace)
  const env = await podEnvironment({
    context,
    namespace,
    service,
    local: forwards.local,
    folder: `${root}.toko/dev/secrets`,
  })
  const child = spawn(
    process.execPath,
    [
      '--watch',
      '--watch-preserve-output',
      '--watch-kill-signal=SIGKILL',
      '--import',
      `${root}packages/telemetry/src/preload.ts`,
      `${root}services/${service}/src/main.ts`,
    ],
    {
      stdio: 'inherit',
      env: {
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        ...env,
        [`${prefix}_HOST`]: process.env['LAPTOP_HOST'] || addressHere(root).hostname,
        [`${prefix}_ADMIN_HOST`]: '127.0.0.1',
      },
    },
  )
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill('SIGTERM'))
  process.exitCode = await new Promise<number>((resolve) => child.once('exit', (code) => resolve(code ?? 1)))
} catch (error) {
  process.stderr.write(`toko: ${(error as Error).message}\n`)
  process.exitCode = 1
} finally {
  forwards?.stop()
}
