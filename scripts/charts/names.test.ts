import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { composeText } from '../compose-file.ts'
import { configurationFaults, onlyTheUnknown } from '../configuration-faults.ts'
import { goldenPath } from './golden.ts'
import { givenFiles, textsOf } from './mounted-files.ts'
import { containersOf, nameOf, type Pods, podsOf, readObjects } from './objects.ts'
import type { Container } from './pod-spec.ts'
import { valueSets } from './value-sets.ts'

/** What the charts call by name is what the code calls so: images, ports, variables. */
const root = fileURLToPath(new URL('../../', import.meta.url))
const read = (path: string) => readFileSync(root + path, 'utf8')
const folder = mkdtempSync(join(tmpdir(), 'toko-names-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const services = readdirSync(`${root}services`)
const renders = valueSets
  .filter(({ isGolden }) => isGolden)
  .map(({ name }) => [name, readObjects(readFileSync(goldenPath(name), 'utf8'))] as const)
const everyContainer = renders.flatMap(([name, objects]) =>
  podsOf(objects).flatMap((pods) =>
    containersOf(pods.spec).map((container) => ({ in: `${name}: ${nameOf(pods.owner)}`, objects, pods, container })),
  ),
)

/** `toko/order:1` → the service; undefined of somebody else's image. */
const ownImage = ({ image = '' }: Container) => /(?:^|\/)toko\/([a-z]+)[:@]/.exec(image)?.[1]

describe('images', () => {
  it('of the shop are what docker-bake.hcl builds', () => {
    const own = new Set(everyContainer.flatMap(({ container }) => ownImage(container) ?? []))
    const bake = read('docker-bake.hcl')
    expect([...own].toSorted()).toEqual([...services, 'cli'].toSorted())
    for (const name of own) expect(bake, name).toMatch(new RegExp(`"${name}"`))
  })

  it('of the shop run everywhere as the user that their compiled code is for', () => {
    const dockerfile = read('Dockerfile')
    const [, user] = /^RUN install -d -o (\d+) -g \1 \/compiled$/m.exec(dockerfile) ?? []
    for (const { pods, in: place } of everyContainer.filter(({ container }) => ownImage(container)))
      expect(String(pods.spec.securityContext?.runAsUser), place).toBe(user)
    const users = [
      ...dockerfile.matchAll(/^USER (\S+)/gm),
      ...composeText.matchAll(/^x-service:.*\n(?: .*\n)*? {2}user: '(.+)'$/gm),
    ]
    expect(new Set(users.map(([, name]) => name))).toEqual(new Set([`${user}:${user}`, '0:0']))
    expect(users).toHaveLength(6)
  })

  it('of others are one version everywhere, compose.yaml included', () => {
    const others = everyContainer.filter(({ container }) => ownImage(container) === undefined)
    const tags = new Map<string, Set<string>>()
    for (const { container } of others) {
      const [, repository = '', tag = ''] = /^(.+):([^:]+)$/.exec(container.image ?? '') ?? []
      tags.set(repository, new Set([...(tags.get(repository) ?? []), tag]))
    }
    for (const [, repository = '', tag = ''] of composeText.matchAll(/image: \$\{\w+_IMAGE:-([^:]+):([^}]+)\}/g))
      tags.set(repository, new Set([...(tags.get(repository) ?? []), tag]))
    expect([...tags.keys()]).toEqual(expect.arrayContaining(['mongo', 'rabbitmq']))
    for (const [repository, versions] of tags) expect([...versions], repository).toHaveLength(1)
  })
})

describe('ports', () => {
  const portsOf = (service: string) =>
    (/port: (\d+), adminPort: (\d+)/.exec(read(`services/${service}/src/config.ts`)) ?? []).slice(1).map(Number)

  it.each(services.filter((name) => name !== 'all'))('of %s are those that its code listens on', (service) => {
    const containers = everyContainer.filter(({ container }) => ownImage(container) === service)
    expect(containers.length).toBeGreaterThan(0)
    for (const { container, in: place } of containers) {
      const ports = (container.ports ?? []).map(({ containerPort }) => containerPort)
      expect(ports.toSorted(), place).toEqual(portsOf(service).toSorted())
    }
  })
})

/** Each set of variables once: most value sets have the same. */
const judged = [
  ...new Map(
    everyContainer
      .filter(({ container, pods }) => pods.owner.kind === 'Deployment' && services.includes(ownImage(container) ?? ''))
      .map((each) => [JSON.stringify(ownVariables(each.container)), each] as const),
  ).values(),
].map((each) => [each.in, each] as const)

describe('variables', () => {
  it('are judged in every service', () => {
    expect(new Set(judged.map(([, { container }]) => ownImage(container)))).toEqual(new Set(services))
  })

  it.each(judged)('of %s are all that the service needs, and no other', async (_, { container, pods }) => {
    const service = ownImage(container)!
    const prefix = service === 'all' ? 'TOKO' : service.toUpperCase()
    expect(await configurationFaults(service, environmentOf(container, pods), prefix)).toEqual([
      expect.stringMatching(onlyTheUnknown(prefix)),
    ])
  })

  it('of telemetry and of the toko command are read by their code', () => {
    const code = ['telemetry', 'cli'].map((name) => [name, sourcesOf(`packages/${name}/src`)] as const)
    const [telemetry, cli] = code.map(([, text]) => text)
    const names = everyContainer
      .filter(({ container }) => ownImage(container) !== undefined)
      .flatMap(({ container, in: place }) =>
        (container.env ?? [])
          .filter(({ name }) => ownImage(container) === 'cli' || name.startsWith('OTEL_'))
          .map(({ name }) => ({ name, place, text: name.startsWith('OTEL_') ? telemetry : cli })),
      )
    expect(names.length).toBeGreaterThan(5)
    for (const { name, place, text } of names)
      expect(text, `${place} ${name}`).toMatch(new RegExp(`\\b${name.replace(/_FILE$/, '')}(_FILE)?\\b`))
  })

  /** Variables that the programs of an image, or Go's run time in them, read themselves. */
  const ofImages: Readonly<Record<string, RegExp>> = {
    rabbitmq: /^RABBITMQ_/,
    grafana: /^GF_/,
    jaeger: /^GOMEMLIMIT$/,
    opentelemetry: /^GOMEMLIMIT$/,
  }

  it('of other images are used by what the chart tells them to run, or known to the image', () => {
    const others = everyContainer.filter(({ container }) => ownImage(container) === undefined)
    const unread = others.flatMap(({ container, pods, objects, in: place }) => {
      const known = Object.entries(ofImages).find(([name]) => container.image?.includes(name))?.[1]
      const text = textsOf(container, pods, objects)
      return (container.env ?? [])
        .filter(({ name }) => name !== 'HOME' && !known?.test(name) && !new RegExp(`\\b${name}\\b`).test(text))
        .map(({ name }) => `${place} ${container.name} ${name}`)
    })
    expect(unread).toEqual([])
  })
})

const sourcesOf = (path: string): string =>
  readdirSync(root + path, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => read(`${path}/${name}`))
    .join('\n')

/** What is not telemetry's. */
function ownVariables({ env = [] }: Container) {
  return env.filter(({ name }) => !/^(OTEL|POD)_/.test(name))
}

/** Values as the pod would have them; what is read from a file comes from one that holds something of its kind. */
function environmentOf(container: Container, pods: Pods): Record<string, string> {
  const files = givenFiles(container, pods)
  return Object.fromEntries(
    ownVariables(container).map(({ name, value = '' }) => {
      if (!name.endsWith('_FILE')) return [name, value]
      expect(files, `${name} is mounted`).toContain(value)
      const path = join(folder, name)
      writeFileSync(
        path,
        /AMQP_URL/.test(name) ? 'amqp://a:b@c/d' : /MONGO_URL/.test(name) ? 'mongodb://a:b@c/d' : 'a'.repeat(64),
      )
      return [name, path]
    }),
  )
}
