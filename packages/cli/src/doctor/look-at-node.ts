import type { Diagnosis } from './diagnosis.ts'

/** Type stripping is stable since 24.12. */
export function lookAtNode(version: string): Diagnosis {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const isNew = major > 24 || (major === 24 && minor >= 12)
  const what = 'Node.js'
  return isNew
    ? { what, state: 'ok', found: version }
    : {
        what,
        state: 'fail',
        found: version,
        advice: 'toko needs 24.12 or newer: make install brings it, or nvm install',
      }
}
