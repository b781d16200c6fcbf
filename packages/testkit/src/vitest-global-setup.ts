import type { TestProject } from 'vitest/node'
import { startTestMongod } from './mongod.ts'

declare module 'vitest' {
  interface ProvidedContext {
    mongoUrl: string
    mongodBinary: string | undefined
  }
}

/** One mongod per run of vitest: the first project starts it, later ones and the workers find TEST_MONGO_URL set. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { url, binary, stop } = await startTestMongod(process.env)
  const wasSet = process.env['TEST_MONGO_URL'] !== undefined
  process.env['TEST_MONGO_URL'] = url
  project.provide('mongoUrl', url)
  project.provide('mongodBinary', binary)
  return async () => {
    if (!wasSet) delete process.env['TEST_MONGO_URL']
    await stop()
  }
}
