import { execFile } from 'node:child_process'
import { access, rm, writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'

const installLimitMs = 300_000

/**
 * `apt-get install rabbitmq-server` where apt is and we are root, without starting the system's own service: it would
 * listen on every address. Resolves with why it could not, or undefined when it did.
 */
export async function installRabbitmq(
  searchPath: string,
  { isRoot = process.getuid?.() === 0, policyPath = '/usr/sbin/policy-rc.d' } = {},
): Promise<string | undefined> {
  if (!isRoot) return 'not root, so it was not installed by itself'
  const env = { PATH: searchPath, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' }
  const aptGet = (...args: string[]) =>
    promisify(execFile)('apt-get', ['-q', ...args], { env, timeout: installLimitMs, killSignal: 'SIGKILL' })
  const allowStart = await forbidServiceStart(policyPath)
  try {
    await aptGet('update')
    await aptGet('install', '-y', '--no-install-recommends', 'rabbitmq-server')
    return undefined
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: string }
    return `apt-get: ${(stderr?.trim() || message).split('\n').at(-1)}`
  } finally {
    await allowStart()
  }
}

/** Debian's own switch: packages ask this script before they start a service. One that is there already is left alone. */
async function forbidServiceStart(policyPath: string): Promise<() => Promise<void>> {
  const isThere = await access(policyPath).then(
    () => true,
    () => false,
  )
  if (isThere) return async () => {}
  const written = await writeFile(policyPath, '#!/bin/sh\nexit 101\n', { mode: 0o755, flag: 'wx' }).then(
    () => true,
    () => false, // no such folder: not Debian, apt-get will say so
  )
  return async () => {
    if (written) await rm(policyPath, { force: true })
  }
}
