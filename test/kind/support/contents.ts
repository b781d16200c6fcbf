import { list } from './kubectl.ts'
import type { Secret } from './objects.ts'

/** Every Secret of the namespace that is no helm record, with its data. */
export async function secrets(): Promise<Record<string, unknown>> {
  const found = (await list<Secret>('secrets')).filter(({ type }) => type !== 'helm.sh/release.v1')
  return Object.fromEntries(found.map(({ metadata, data }) => [metadata.name, data]))
}
