import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, describe, expect, it } from 'vitest'
import { composeText, interpolate, readYaml, type YamlMap } from './compose-file.ts'
import { composeFaults, environmentOf, mapOf, neighboursOf } from './compose-rules.ts'
import { configurationFaults, onlyTheUnknown } from './configuration-faults.ts'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'toko-compose-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const compose = readYaml(composeText)
const allServices = readdirSync(`${root}services`).toSorted()
const services = allServices.filter((name) => name !== 'all')
const secretNames = [...new Set(composeText.match(/SECRET_[A-Z_]+/g))].toSorted()

describe('variables', () => {
  it('fills in values as Compose does', () => {
    const text = '${A}-${B:-c}-${D:?why}'
    expect(interpolate(text, { A: '1', D: '2' })).toBe('1-c-2')
    expect(() => interpolate(text, { A: '1' })).toThrow('why')
  })
})

describe('compose.yaml', () => {
  it('has every service of the shop, each with a database that only it reaches', () => {
    const names = Object.keys(mapOf(compose['services'])).toSorted()
    expect(names).toEqual([...services, ...services.map((name) => `mongo-${name}`), 'rabbitmq'].toSorted())
    for (const name of services) expect(neighboursOf(compose, `mongo-${name}`)).toEqual([name])
  })

  it('gives each container no more than it needs', () => {
    expect(composeFaults(compose)).toEqual([])
  })

  it.each<[string, YamlMap, string]>([
    ['an image without a tag', { image: 'mongo' }, 'without a tag'],
    ['the latest image', { image: '${MONGO_IMAGE:-mongo:latest}' }, 'without a tag'],
    ['a port for everybody', { ports: ['127.0.0.1:1:1', '8001:8001'] }, 'beyond 127.0.0.1'],
    ['a root file system to write on', { read_only: 'false' }, 'root file system'],
    ['capabilities', { cap_drop: ['NET_RAW'] }, 'capabilities'],
    ['new privileges', { security_opt: [] }, 'privileges'],
    ['root', { user: '0:0' }, 'root'],
    ['no restart', { restart: 'no' }, 'start again'],
    ['no health check', { healthcheck: {} }, 'health check'],
    ['no limits', { deploy: {} }, 'limit'],
    ['a start before its database', { depends_on: { rabbitmq: { condition: 'service_started' } } }, 'healthy'],
    ['a neighbour that is not there', { depends_on: { redis: { condition: 'service_healthy' } } }, 'healthy'],
    ['a volume that is not there', { volumes: ['other:/data'] }, 'mounts other'],
    ['a folder to write in', { volumes: ['./scripts:/scripts'] }, 'mounts ./scripts'],
    ['every network', { networks: [] }, 'joins every'],
    ['a network that is not there', { networks: ['public'] }, 'joins public'],
  ])('may not have %s', (_, change, says) => {
    const order = { ...mapOf(mapOf(compose['services'])['order']), ...change }
    const faults = composeFaults({ ...compose, services: { ...mapOf(compose['services']), order } })
    expect(faults).toEqual([expect.stringContaining(says)])
  })

  it('asks for each secret and holds none', () => {
    expect(secretNames.length).toBeGreaterThan(10)
    const asked = composeText.match(/\$\{SECRET_[A-Z_]+:\?[^}]+\}/g) ?? []
    expect(asked).toHaveLength(composeText.match(/SECRET_[A-Z_]+:/g)?.length ?? 0)
    const literals = Object.keys(mapOf(compose['services'])).flatMap((name) =>
      Object.entries(environmentOf(compose, name)).filter(
        ([key, value]) => /SECRET|PASS|KEY/.test(key) && !/^\$\{SECRET_[A-Z_]+:\?[^}]+\}$/.test(value),
      ),
    )
    expect(literals).toEqual([])
  })

  it.each(services)('sets every variable that %s needs, and no other', async (name) => {
    const given = Object.fromEntries(secretNames.map((secret) => [secret, 'a'.repeat(64)]))
    const variables = Object.entries(environmentOf(compose, name)).map(([key, text]) => [key, interpolate(text, given)])
    const faults = await configurationFaults(name, Object.fromEntries(variables) as Record<string, string>)
    expect(faults).toEqual([expect.stringMatching(onlyTheUnknown(name.toUpperCase()))])
  })
})

describe('scripts/compose-secrets.sh', () => {
  it('makes every secret once, for its owner alone', async () => {
    const file = join(folder, 'env')
    const make = () => run(`${root}scripts/compose-secrets.sh`, [file])
    expect((await make()).stdout).toContain(`${secretNames.length} secrets made`)
    const text = readFileSync(file, 'utf8')
    const secrets = text
      .trim()
      .split('\n')
      .map((line) => line.split('='))
    expect(secrets.map(([name]) => name)).toEqual(secretNames)
    for (const [, value] of secrets) expect(value).toMatch(/^[0-9a-f]{64}$/)
    expect(new Set(secrets.map(([, value]) => value)).size).toBe(secretNames.length)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect((await make()).stdout).toBe('')
    expect(readFileSync(file, 'utf8')).toBe(text)
  })
})

describe('images', () => {
  it('are built of every service', () => {
    const bake = readFileSync(`${root}docker-bake.hcl`, 'utf8')
    const [, names = ''] = /matrix = \{ service = \[(.*)\] \}/.exec(bake) ?? []
    expect((JSON.parse(`[${names}]`) as string[]).toSorted()).toEqual(allServices)
  })

  it('start node itself, as a user without rights, from a pinned base', () => {
    const dockerfile = readFileSync(`${root}Dockerfile`, 'utf8')
    const bases = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, base]) => base)
    const stages = [...dockerfile.matchAll(/^FROM \S+ AS (\S+)/gm)].map(([, stage]) => stage)
    expect(new Set(bases.filter((base) => !stages.includes(base)))).toEqual(new Set(['${NODE_IMAGE}']))
    expect(dockerfile).toMatch(/^ARG NODE_IMAGE=node:24-[\w-]+$/m)
    expect(dockerfile).toMatch(/^USER [1-9]\d*:[1-9]\d*$/m)
    expect(dockerfile).toMatch(/^ENTRYPOINT \["node", /m)
    expect(dockerfile).not.toMatch(/^(CMD|ADD) /m)
  })
})
