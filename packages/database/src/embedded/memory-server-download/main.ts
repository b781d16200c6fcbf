import { setDefaultValue, ResolveConfigVariables } from 'mongodb-memory-server-core/lib/util/resolveConfig.js'
import { getOS } from 'mongodb-memory-server-core/lib/util/getos/index.js'
import { MongoBinaryDownload } from 'mongodb-memory-server-core/lib/util/MongoBinaryDownload.js'

// A program of its own, so that the caller can end a download that hangs. Usage: main.ts <version> <folder>
const [version = '', downloadDir = ''] = process.argv.slice(2)
process.env['npm_config_strict_ssl'] = 'true' // the library checks certificates only then
delete process.env['MONGOMS_DOWNLOAD_DIR']
setDefaultValue(ResolveConfigVariables.MAX_RETRIES, '1')

const os = await getOS()
// MongoDB 6.0 has no build for Debian 12 and later; Ubuntu 22.04's has the same OpenSSL 3 and an older glibc.
const isNewDebian = os.os === 'linux' && 'dist' in os && /debian/i.test(os.dist) && Number.parseFloat(os.release) >= 12
const ubuntu = { os: 'linux', dist: 'ubuntu', release: '22.04' } as const
try {
  const download = new MongoBinaryDownload({ version, downloadDir, checkMD5: true, os: isNewDebian ? ubuntu : os })
  console.log(await download.getMongodPath())
} catch (error) {
  console.error(String(error))
  process.exit(1)
}
