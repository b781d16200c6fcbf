import { context, namespace, release } from './kubectl.ts'
import { run } from './run.ts'

/** Runs helm on the test cluster. @throws Error with what helm said */
export const helm = (args: readonly string[], { where = namespace, timeoutMs = 400_000 } = {}) =>
  run('helm', ['--kube-context', context, '--namespace', where, ...args], { timeoutMs })

interface OwnImage {
  readonly image: { readonly tag: string }
}

/** Flags by which another release runs the images of ours, which the node has by now. */
export async function sameImages(): Promise<string[]> {
  const values = JSON.parse(await helm(['get', 'values', release, '--output', 'json'])) as Record<string, OwnImage>
  const tags = ['user', 'product', 'order', 'payment', 'cli'].map(
    (name) => `${name}.image.tag=${values[name]!.image.tag}`,
  )
  return tags.flatMap((tag) => ['--set-string', tag])
}
