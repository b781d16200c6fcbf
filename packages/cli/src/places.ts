import { fileURLToPath } from 'node:url'

const fromRoot = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url))

/** Files of this checkout, wherever the command is called. Found by path: the command imports no service. */
export const places = {
  root: fromRoot('.'),
  shopMain: fromRoot('services/all/src/main.ts'),
  telemetryPreload: fromRoot('packages/telemetry/src/preload.ts'),
  endWithParent: fromRoot('packages/cli/src/split/end-with-parent.ts'),
  dataDir: fromRoot('.toko'),
  /** Compiled code of Node, gone with the packages that it belongs to. */
  compileCache: fromRoot('node_modules/.cache/toko-compile'),
} as const
