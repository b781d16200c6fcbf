import { createRabbitBus } from '@toko/messaging'
import { quiet } from '@toko/testkit'
import { rpcServer } from '../../src/index.ts'
import { verifiers } from '../harness.ts'
import { thingRoutes } from './thing-routes.ts'

/** A process that serves `thing`, for a test that stops it: `node slow-server.ts URL SERVICE`; any message asks what it ran. */
const [url, service] = process.argv.slice(2) as [string, string]
const executed: string[] = []
const bus = createRabbitBus({ ...quiet('bus'), url, service })
const server = rpcServer({ ...quiet(service), service, routes: thingRoutes(executed), verifiers, bus })

process.on('message', () => process.send!({ executed }))
process.on('disconnect', () => process.exit())
await bus.start?.()
await server.start?.()
process.send!({ executed })
