import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const bin = fileURLToPath(new URL('../../../packages/cli/bin/toko.js', import.meta.url))

/** Runs the toko command to its end; what it printed. @throws Error with both outputs when it ends with anything but 0 */
export const toko = async (...args: string[]): Promise<string> =>
  (await promisify(execFile)(process.execPath, [bin, ...args], { maxBuffer: 16 * 1_048_576 })).stdout
