import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { findRabbitmq, RabbitmqNotFoundError } from './find-rabbitmq.ts'
import { installRabbitmq } from './install-rabbitmq.ts'
import { BrokerStartError, startPrivateBroker } from './private-broker.ts'

describe('a RabbitMQ to start', () => {
  const made: string[] = []
  afterEach(() => {
    for (const path of made.splice(0)) rmSync(path, { recursive: true, force: true })
  })
  function folder(): string {
    const path = realpathSync(mkdtempSync(join(tmpdir(), 'toko-find-')))
    made.push(path)
    return path
  }
  function program(path: string, script = 'exit 0'): string {
    mkdirSync(join(path, '..'), { recursive: true })
    writeFileSync(path, `#!/bin/sh\n${script}\n`)
    chmodSync(path, 0o755)
    return path
  }
  const never = () => Promise.reject(new Error('asked to install'))

  it('is the one on PATH, and one in the usual folders where PATH lacks them', async () => {
    const [first, second] = [folder(), folder()]
    const usual = program(join(second, 'rabbitmq-server'))
    expect(await findRabbitmq({ searchPath: first, folders: [second], install: never })).toBe(usual)
    const onPath = program(join(first, 'rabbitmq-server'))
    expect(await findRabbitmq({ searchPath: first, folders: [second], install: never })).toBe(onPath)
  })

  it("is the server behind Debian's wrapper, which would become another user", async () => {
    const [bin, lib] = [folder(), folder()]
    const wrapper = program(join(lib, 'rabbitmq-script-wrapper'))
    const server = program(join(lib, 'rabbitmq-server'))
    symlinkSync(wrapper, join(bin, 'rabbitmq-server'))
    expect(await findRabbitmq({ searchPath: bin, folders: [], install: never })).toBe(server)
  })

  it('is told in one line to be missing, with what to do and why it was not installed', async () => {
    const outcome = findRabbitmq({ searchPath: folder(), folders: [], install: async () => 'not root' })
    const error = await outcome.catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(RabbitmqNotFoundError)
    expect((error as Error).message).toMatch(/^no RabbitMQ: set AMQP_URL .* rabbitmq-server .*\(not root\)$/)
  })

  it('is installed by apt-get, which starts no service of the system', async () => {
    const bin = folder()
    const policyPath = join(bin, 'policy-rc.d')
    program(
      join(bin, 'apt-get'),
      `echo "$@ policy:$(sh ${policyPath}; echo $?)" >>${bin}/calls
[ "$2" = install ] && printf '#!/bin/sh\\n' >${bin}/rabbitmq-server && chmod 755 ${bin}/rabbitmq-server; exit 0`,
    )
    const searchPath = `${bin}:/usr/bin:/bin`
    const install = (path: string) => installRabbitmq(path, { isRoot: true, policyPath })
    expect(await findRabbitmq({ searchPath, folders: [], install })).toBe(join(bin, 'rabbitmq-server'))
    const calls = readFileSync(join(bin, 'calls'), 'utf8').trim().split('\n')
    expect(calls).toEqual(['-q update policy:101', '-q install -y --no-install-recommends rabbitmq-server policy:101'])
    expect(existsSync(policyPath)).toBe(false)
  })

  it('is not installed without being root, and says why when apt-get fails', async () => {
    const bin = folder()
    program(join(bin, 'apt-get'), 'echo "E: Unable to locate package" >&2; exit 100')
    const policyPath = join(bin, 'policy-rc.d')
    expect(await installRabbitmq(bin, { isRoot: false, policyPath })).toMatch(/not root/)
    expect(await installRabbitmq(`${bin}:/usr/bin:/bin`, { isRoot: true, policyPath })).toBe(
      'apt-get: E: Unable to locate package',
    )
    writeFileSync(policyPath, 'of the machine')
    await installRabbitmq(`${bin}:/usr/bin:/bin`, { isRoot: true, policyPath })
    expect(readFileSync(policyPath, 'utf8')).toBe('of the machine')
  })

  it('that ends at its start is told with its last words, and leaves nothing behind', async () => {
    const bin = folder()
    program(join(bin, 'rabbitmq-server'), 'echo "epmd reports: node is there already" >&2; exit 3')
    const outcome = startPrivateBroker({ folder: join(bin, 'broker'), env: { PATH: bin } })
    const error = await outcome.catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(BrokerStartError)
    expect((error as Error).message).toMatch(/ended with code 3: epmd reports: node is there already \(see .*\)/)
  })
})
