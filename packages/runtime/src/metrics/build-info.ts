import { readFileSync } from 'node:fs'

/** Which build runs: labels of `toko_build_info`. */
export interface BuildInfo {
  readonly version: string
  readonly commit: string
}

/** Version of the packages; the commit is what whoever built the image put into BUILD_REVISION. */
export function buildInfo(): BuildInfo {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  const { version } = JSON.parse(manifest) as { version: string }
  return { version, commit: process.env['BUILD_REVISION'] || 'unknown' }
}
