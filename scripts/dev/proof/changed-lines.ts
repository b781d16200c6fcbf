import type { Copy } from './copy.ts'
import type { Skaffold } from './skaffold.ts'
import { kubectl, limits, say, titleAt, until } from './tools.ts'

interface Pod {
  readonly metadata: { readonly uid: string }
  readonly status: {
    readonly containerStatuses: readonly { readonly restartCount: number; readonly imageID: string }[]
  }
}

/** Which pods, images and restarts of the product service there are. */
function podsOfProduct(): string {
  const printed = kubectl('get', 'pods', '-l', 'app.kubernetes.io/name=product-service', '-o', 'json')
  const { items } = JSON.parse(printed) as { items: Pod[] }
  const containers = items.flatMap(({ metadata, status }) =>
    status.containerStatuses.map(({ restartCount, imageID }) => `${metadata.uid} ${restartCount} ${imageID}`),
  )
  return containers.join()
}

/** Changed lines answer in the same pod without an image build; a broken one is survived and mended. @throws Error otherwise */
export async function proveChangedLines(copy: Copy, skaffold: Skaffold): Promise<void> {
  const url = await skaffold.urlOf('product')
  await until('the first deploy answers', 60_000, async () => (await titleAt(url)) === 'toko product')
  say('first deploy answers')
  const before = podsOfProduct()

  const tookMs: number[] = []
  for (let n = 1; n <= 3; n++) {
    copy.retitle(n === 1 ? `'toko product'` : `'toko product ${n - 1}'`, `'toko product ${n}'`)
    const changed = async () => (await titleAt(url)) === `toko product ${n}`
    tookMs.push(await until('a changed line of services/product', limits.mendMs, changed))
    say(`changed line of services/product answers after ${tookMs.at(-1)} ms`)
  }
  copy.retitle(`'toko product 3'`, `'toko product 4`)
  await until(
    'a broken line is noticed',
    limits.mendMs,
    async () => (await titleAt(url).catch(() => 'away')) === 'away',
  )
  copy.retitle(`'toko product 4`, `'toko product 5'`)
  const mendedMs = await until('the mended line', limits.mendMs, async () => (await titleAt(url)) === 'toko product 5')
  say(`mended after a broken line: answers after ${mendedMs} ms`)

  const after = podsOfProduct()
  if (after !== before) throw new Error(`another pod, image or container answers now: ${before} → ${after}`)
  say('same pod, same image, no restart of its container')
  if (Math.max(...tookMs) > limits.changeMs) throw new Error(`a changed line took more than ${limits.changeMs} ms`)
}
