import { startPrivateBroker } from '../../src/index.ts'

/** A process with a private broker, for a test that kills it: `node broker-owner.ts FOLDER` tells the broker's pid and URL. */
const broker = await startPrivateBroker({ folder: process.argv[2]!, env: process.env })
process.stdout.write(`${JSON.stringify({ pid: broker.pid, url: broker.url })}\n`)
