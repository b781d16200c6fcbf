import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { mongo } from 'mongoose'

const pollMs = 20

/**
 * Makes the mongod on this loopback port the primary of its one-node replica set and waits until it is:
 * creates the set on a new folder, rewrites the member's address on a folder that was served on another port.
 * Rejects when `signal` aborts.
 */
export async function becomePrimary(port: number, signal: AbortSignal): Promise<void> {
  await untilListening(port, signal)
  // Short limits: a hanging mongod must not hold up the check of the signal.
  const client = new mongo.MongoClient(`mongodb://127.0.0.1:${port}/?directConnection=true`, {
    serverSelectionTimeoutMS: 2_000,
    socketTimeoutMS: 5_000,
  })
  const admin = client.db('admin')
  let last: unknown
  try {
    while (!signal.aborted) {
      try {
        const hello = await admin.command({ hello: 1 })
        if (hello['isWritablePrimary'] === true) return
        await repair(admin, port)
      } catch (error) {
        last = error // commands are refused while the set changes; the signal decides when to give up
      }
      await sleep(pollMs, undefined, { signal })
    }
    signal.throwIfAborted()
  } catch (error) {
    throw new Error(`not primary: ${last instanceof Error ? last.message : 'no answer'}`, { cause: error })
  } finally {
    await client.close()
  }
}

/** The driver tries a refused address only twice a second, a bare socket may as often as it likes. */
async function untilListening(port: number, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted()
    const isListening = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy()
        resolve(true)
      })
      socket.once('error', () => resolve(false))
    })
    if (isListening) return
    await sleep(pollMs, undefined, { signal })
  }
}

async function repair(admin: mongo.Db, port: number): Promise<void> {
  const fault = await admin.command({ replSetGetStatus: 1 }).then(
    () => undefined,
    (error: unknown) => (error instanceof mongo.MongoServerError ? error.codeName : undefined),
  )
  const host = `127.0.0.1:${port}`
  if (fault === 'NotYetInitialized') {
    // No other member can be primary, so the pause before an election serves nobody; the default is 10 s.
    const settings = { electionTimeoutMillis: 1_000 }
    const set = { _id: 'toko', members: [{ _id: 0, host }], settings }
    await admin.command({ replSetInitiate: set })
  } else if (fault === 'InvalidReplicaSetConfig') {
    const { config } = await admin.command({ replSetGetConfig: 1 })
    const moved = { ...config, version: config.version + 1, members: [{ ...config.members[0], host }] }
    // Force: a member outside its own set can't ask a majority.
    await admin.command({ replSetReconfig: moved, force: true })
  }
}
