import { run } from './run.ts'

/** The cluster of make up, and where the shop lives in it. */
export const cluster = process.env['KIND_CLUSTER_NAME'] || 'toko'
export const context = `kind-${cluster}`
export const namespace = 'toko'
export const release = 'toko'

interface KubectlOptions {
  readonly namespace?: string
  readonly input?: string
  readonly timeoutMs?: number
}

/** Runs kubectl in the shop's namespace. @throws Error with what kubectl said */
export const kubectl = (args: readonly string[], { namespace: where = namespace, ...options }: KubectlOptions = {}) =>
  run('kubectl', ['--context', context, '--namespace', where, ...args], options)

/** The same with `-o json`, read. */
export const getJson = async <T>(args: readonly string[], options?: KubectlOptions): Promise<T> =>
  JSON.parse(await kubectl([...args, '-o', 'json'], options)) as T

/** All objects of a kind, e.g. `pods`, that the selector matches. */
export const list = async <T>(kind: string, selector = '', options?: KubectlOptions): Promise<T[]> =>
  (await getJson<{ items: T[] }>(['get', kind, ...(selector ? ['--selector', selector] : [])], options)).items

/** Applies one object or several. */
export const apply = (objects: object | readonly object[], options?: KubectlOptions, flags: readonly string[] = []) =>
  kubectl(['apply', ...flags, '--filename', '-'], {
    ...options,
    input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [objects].flat() }),
  })

/** Sets a workload's replicas and, with any, waits until they are ready. */
export async function scale(workload: string, replicas: number, options?: KubectlOptions): Promise<void> {
  await kubectl(['scale', workload, `--replicas=${replicas}`], options)
  if (replicas > 0) await kubectl(['rollout', 'status', workload, '--timeout=180s'], { ...options, timeoutMs: 190_000 })
}
