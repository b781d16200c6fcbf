import { context, namespace } from './kubectl.ts'
import { run } from './run.ts'

/** Runs helm on the test cluster. @throws Error with what helm said */
export const helm = (args: readonly string[], { where = namespace, timeoutMs = 400_000 } = {}) =>
  run('helm', ['--kube-context', context, '--namespace', where, ...args], { timeoutMs })
