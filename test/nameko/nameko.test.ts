import { afterAll, beforeAll } from 'vitest'
import { type Peers, startPeers } from './peers.ts'
import { absence } from './suites/absence.ts'
import { events } from './suites/events.ts'
import { nodeCallsPython } from './suites/node-calls-python.ts'
import { pythonCallsNode } from './suites/python-calls-node.ts'
import { traces } from './suites/traces.ts'

let started: Peers | undefined
const peers = () => started!

beforeAll(async () => {
  started = await startPeers()
})
afterAll(async () => {
  await started?.stop()
})

nodeCallsPython(peers)
pythonCallsNode(peers)
absence(peers)
events(peers)
traces(peers)
