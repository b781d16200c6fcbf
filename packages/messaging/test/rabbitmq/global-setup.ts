import type { TestProject } from 'vitest/node'
import { startPrivateBroker } from '../../src/index.ts'
import { brokerFolder } from './broker-folder.ts'

declare module 'vitest' {
  interface ProvidedContext {
    amqpUrl: string
    /** The server is somebody's: leave nothing on it. */
    isGivenServer: boolean
  }
}

/** One RabbitMQ for all files: the server of AMQP_URL, else a private one. Files keep apart by the names they make up. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env['AMQP_URL']
  if (given) {
    project.provide('amqpUrl', given)
    project.provide('isGivenServer', true)
    return async () => {}
  }
  const { folder, remove } = brokerFolder()
  const broker = await startPrivateBroker({ folder, env: process.env })
  project.provide('amqpUrl', broker.url)
  project.provide('isGivenServer', false)
  return async () => {
    await broker.stop()
    remove()
  }
}
