import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'

interface Deployment {
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly containers: readonly {
          readonly env?: readonly { readonly name: string; readonly value?: string }[]
        }[]
        readonly volumes?: readonly {
          readonly projected?: {
            readonly sources: readonly {
              readonly secret?: {
                readonly name: string
                readonly items: readonly { readonly key: string; readonly path: string }[]
              }
            }[]
          }
        }[]
      }
    }
  }
}

interface PodEnvironmentOptions {
  readonly context: string
  readonly namespace: string
  readonly service: string
  /** Port of this machine for a Service of the cluster and its port. */
  readonly local: (service: string, port: number) => Promise<number>
  /** Secrets are written there, for their owner alone. */
  readonly folder: string
}

/** What the Deployment tells its pods, with secrets as files of this machine and neighbours at ports of this machine. */
export async function podEnvironment(options: PodEnvironmentOptions): Promise<Record<string, string>> {
  const { context, namespace, service, local, folder } = options
  const get = (...what: string[]) =>
    execFileSync('kubectl', ['--context', context, '--namespace', namespace, 'get', ...what, '-o', 'json'], {
      encoding: 'utf8',
    })
  const { spec } = (JSON.parse(get('deployment', `${service}-service`)) as Deployment).spec.template
  mkdirSync(folder, { recursive: true, mode: 0o700 })

  for (const { secret } of (spec.volumes ?? []).flatMap(({ projected }) => projected?.sources ?? [])) {
    if (!secret) continue
    const { data } = JSON.parse(get('secret', secret.name)) as { data: Record<string, string> }
    for (const { key, path } of secret.items) {
      const value = Buffer.from(data[key] ?? '', 'base64').toString()
      writeFileSync(join(folder, path), await here(value, local), { mode: 0o600 })
    }
  }

  const env: Record<string, string> = {}
  for (const { name, value } of spec.containers[0]?.env ?? []) {
    // Values from the pod's own fields, and traces to a collector that is not reached from here.
    if (value === undefined || name.startsWith('OTEL_')) continue
    env[name] = name.endsWith('_FILE') ? join(folder, basename(value)) : await here(value, local)
  }
  return env
}

const clusterUrl = /^(https?|mongodb|amqp):\/\/([^@/]*@)?([^/?]+)(.*)$/
const defaultPorts: Readonly<Record<string, number>> = { mongodb: 27017, amqp: 5672, http: 80, https: 443 }

/** A URL of the cluster as one of this machine; anything else stays as it is. A replica set is reached by one member alone. */
export async function here(value: string, local: (service: string, port: number) => Promise<number>): Promise<string> {
  const [, scheme, login = '', hosts, rest = ''] = clusterUrl.exec(value) ?? []
  if (!scheme || !hosts) return value
  const [host = '', port] = hosts.split(',')[0]!.split(':')
  // A name with dots may be anywhere; those of this namespace have none, or end in its own domain.
  if (host.includes('.') && !host.includes('.svc')) return value
  // `order-mongodb-0.order-mongodb.toko.svc…`: a member of a StatefulSet, behind the Service of the second part.
  const [first = '', second = ''] = host.split('.')
  const service = /-\d+$/.test(first) && second ? second : first
  const localPort = await local(service, Number(port ?? defaultPorts[scheme]))
  const tail = scheme === 'mongodb' ? rest.replace(/replicaSet=\w+/, 'directConnection=true') : rest
  return `${scheme}://${login}127.0.0.1:${localPort}${tail}`
}
