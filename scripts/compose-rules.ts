import { interpolate, type Yaml, type YamlMap } from './compose-file.ts'

export const mapOf = (value: Yaml | undefined): YamlMap =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as YamlMap) : {}
const listOf = (value: Yaml | undefined): readonly string[] => (Array.isArray(value) ? (value as string[]) : [])

/** Variables of a service, as the file has them. */
export function environmentOf(file: YamlMap, name: string): Record<string, string> {
  const values = Object.entries(mapOf(mapOf(mapOf(file['services'])[name])['environment']))
  return Object.fromEntries(values.filter((entry): entry is [string, string] => typeof entry[1] === 'string'))
}

/** What every container of compose.yaml owes: one line for each thing that is missing. */
export function composeFaults(file: YamlMap): string[] {
  const services = mapOf(file['services'])
  return Object.entries(services).flatMap(([name, value]) => {
    const service = mapOf(value)
    const says = (isRight: boolean, message: string) => (isRight ? [] : [`${name} ${message}`])
    return [
      ...says(isPinned(service['image']), 'has an image without a tag'),
      ...says(listOf(service['ports']).every(isOnLoopback), 'publishes a port beyond 127.0.0.1'),
      ...says(service['read_only'] === 'true', 'can write to its root file system'),
      ...says(listOf(service['cap_drop']).includes('ALL'), 'keeps capabilities'),
      ...says(listOf(service['security_opt']).includes('no-new-privileges:true'), 'may gain privileges'),
      ...says(isNumberedUser(service['user']), 'has no user by number, or root'),
      ...says(service['restart'] === 'unless-stopped', 'does not start again'),
      ...says('test' in mapOf(service['healthcheck']), 'has no health check'),
      ...says('memory' in limitsOf(service) && 'cpus' in limitsOf(service), 'has no limit of memory and CPU'),
      ...dependencyFaults(service, services).map((fault) => `${name} ${fault}`),
      ...placeFaults(service, file).map((fault) => `${name} ${fault}`),
    ]
  })
}

function isPinned(image: Yaml | undefined): boolean {
  const tag = typeof image === 'string' ? /:([\w.-]+)$/.exec(interpolate(image, {}))?.[1] : undefined
  return tag !== undefined && tag !== 'latest'
}

const isNumberedUser = (user: Yaml | undefined) => typeof user === 'string' && /^[1-9]\d*:[1-9]\d*$/.test(user)

const isOnLoopback = (port: string) => port.startsWith('127.0.0.1:')

const limitsOf = (service: YamlMap) => mapOf(mapOf(mapOf(service['deploy'])['resources'])['limits'])

function dependencyFaults(service: YamlMap, services: YamlMap): string[] {
  return Object.entries(mapOf(service['depends_on'])).flatMap(([name, how]) =>
    name in services && mapOf(how)['condition'] === 'service_healthy' ? [] : [`does not wait until ${name} is healthy`],
  )
}

/** Volumes and networks exist; what is mounted from this folder can't be written. */
function placeFaults(service: YamlMap, file: YamlMap): string[] {
  const [volumes, networks] = [mapOf(file['volumes']), mapOf(file['networks'])]
  const mounts = listOf(service['volumes']).flatMap((mount) => {
    const [from = ''] = mount.split(':')
    const isRight = from.startsWith('.') ? mount.endsWith(':ro') : from in volumes
    return isRight ? [] : [`mounts ${mount}`]
  })
  const joined = listOf(service['networks'])
  const unknown = joined.filter((network) => !(network in networks))
  return [...mounts, ...(joined.length > 0 ? [] : ['joins every other']), ...unknown.map((each) => `joins ${each}`)]
}

/** Who shares a network with a service, by name. */
export function neighboursOf(file: YamlMap, name: string): string[] {
  const services = Object.entries(mapOf(file['services']))
  const own = listOf(mapOf(mapOf(file['services'])[name])['networks'])
  return services
    .filter(([other, value]) => other !== name && listOf(mapOf(value)['networks']).some((each) => own.includes(each)))
    .map(([other]) => other)
}
