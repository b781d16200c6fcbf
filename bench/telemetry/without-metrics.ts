/** Loaded first, it has the process do without metrics: the shop itself cannot switch them off. */
import { registerHooks } from 'node:module'

const replaced = '/packages/runtime/src/metrics/create-metrics.ts'
const stub = new URL('no-metrics.ts', import.meta.url).href

registerHooks({
  resolve(specifier, context, next) {
    const found = next(specifier, context)
    return found.url.endsWith(replaced) ? { ...found, url: stub } : found
  },
})
