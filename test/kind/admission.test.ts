import { beforeAll, describe, expect, it } from 'vitest'
import { apply, getJson, list } from './support/kubectl.ts'
import type { Named, Pod, PodSpec, Workload } from './support/objects.ts'
import { execIn, runningPods } from './support/pods.ts'
import { nodeImage, restrictedPod } from './support/probe-pods.ts'

interface CronJob extends Named {
  readonly kind: string
  readonly spec: { readonly jobTemplate: { readonly spec: { readonly template: Workload['spec']['template'] } } }
}

let image: string
beforeAll(async () => {
  image = await nodeImage()
})

/** What the API server says of this pod in the shop's namespace; nothing is made. */
const admitted = (pod: object) =>
  apply(pod, {}, ['--dry-run=server']).then(
    () => 'admitted',
    (error: unknown) => String(error),
  )

async function templates(): Promise<{ name: string; metadata: object; spec: PodSpec }[]> {
  const [workloads, cronJobs] = await Promise.all([
    list<Workload>('deployments,statefulsets,jobs'),
    list<CronJob>('cronjobs'),
  ])
  const podOf = (
    name: string,
    { metadata = {}, spec }: Workload['spec']['template'],
    volumes: readonly object[] = [],
  ) => ({
    name,
    metadata,
    spec: { ...spec, volumes: [...(spec.volumes ?? []), ...volumes] },
  })
  return [
    ...workloads.map(({ kind, metadata, spec }) =>
      podOf(
        `${kind} ${metadata.name}`,
        spec.template,
        // A StatefulSet's own controller adds these.
        spec.volumeClaimTemplates?.map(({ metadata: { name } }) => ({
          name,
          persistentVolumeClaim: { claimName: `${name}-of-a-test` },
        })),
      ),
    ),
    ...cronJobs.map(({ kind, metadata, spec }) => podOf(`${kind} ${metadata.name}`, spec.jobTemplate.spec.template)),
  ]
}

describe('the restricted standard', () => {
  it('is enforced on the namespace', async () => {
    const { metadata } = await getJson<Named>(['get', 'namespace', 'toko'])
    expect(metadata.labels).toMatchObject({ 'pod-security.kubernetes.io/enforce': 'restricted' })
  })

  it('lets in a pod of every template that the chart has', async () => {
    const found = await templates()
    console.log(`# ${found.length} templates of pods`)
    expect(found.length).toBeGreaterThan(9)
    for (const [n, { name, metadata, spec }] of found.entries()) {
      const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { ...metadata, name: `admission-${n}` }, spec }
      expect(await admitted(pod), name).toBe('admitted')
    }
  })

  it('lets in the pod that the cases below break', async () => {
    expect(await admitted(restrictedPod('admission', image))).toBe('admitted')
  })

  it.each<[string, object, object]>([
    ['root', { runAsUser: 0 }, {}],
    ['a user that may be root', { runAsNonRoot: false, runAsUser: null }, { runAsNonRoot: null }],
    ['no seccomp profile', { seccompProfile: null }, {}],
    ['an unconfined seccomp profile', { seccompProfile: { type: 'Unconfined' } }, {}],
    ['new privileges', {}, { allowPrivilegeEscalation: true }],
    ['a privileged container', {}, { privileged: true, allowPrivilegeEscalation: true }],
    ['kept capabilities', {}, { capabilities: {} }],
    ['a raw socket', {}, { capabilities: { drop: ['ALL'], add: ['NET_RAW'] } }],
  ])('keeps out %s', async (_, ofPod, ofContainer) => {
    const pod = restrictedPod('admission', image)
    const [container] = pod.spec.containers
    const broken = {
      ...pod,
      spec: {
        ...pod.spec,
        securityContext: { ...pod.spec.securityContext, ...ofPod },
        containers: [{ ...container, securityContext: { ...container!.securityContext, ...ofContainer } }],
      },
    }
    expect(await admitted(broken)).toMatch(/violates PodSecurity|runAsNonRoot/)
  })

  it.each<[string, object]>([
    ["the node's network", { hostNetwork: true }],
    ["the node's processes", { hostPID: true }],
    ["a folder of the node's", { volumes: [{ name: 'node', hostPath: { path: '/' } }] }],
  ])('keeps out %s', async (_, spec) => {
    const pod = restrictedPod('admission', image)
    expect(await admitted({ ...pod, spec: { ...pod.spec, ...spec } })).toMatch(/violates PodSecurity/)
  })
})

/** Runs in a container: what it could do with the rights that it has. */
const tries = `
const fs = require('node:fs')
const failure = (action) => { try { action(); return 'allowed' } catch (error) { return error.code } }
const status = fs.readFileSync('/proc/self/status', 'utf8')
const field = (name) => new RegExp('^' + name + ':\\\\s*(\\\\S+)', 'm').exec(status)?.[1]
console.log(JSON.stringify({
  app: failure(() => fs.writeFileSync('/app/x', '')), etc: failure(() => fs.writeFileSync('/etc/x', '')),
  token: failure(() => fs.readFileSync('/var/run/secrets/kubernetes.io/serviceaccount/token')),
  setuid: failure(() => process.setuid(0)),
  uid: process.getuid(), capabilities: field('CapEff'), bounding: field('CapBnd'), noNewPrivs: field('NoNewPrivs'), seccomp: field('Seccomp'),
}))`

describe('a container of a service', () => {
  it('can write nothing, has no token, no capability and no way to another user', async () => {
    const services = await runningPods('app.kubernetes.io/component=service')
    expect(services.length).toBeGreaterThanOrEqual(4)
    for (const { metadata } of services)
      expect(JSON.parse(await execIn(metadata.name, ['node', '--eval', tries])), metadata.name).toEqual({
        app: 'EROFS',
        etc: 'EROFS',
        token: 'ENOENT',
        setuid: 'EPERM',
        uid: 10001,
        capabilities: '0000000000000000',
        bounding: '0000000000000000',
        noNewPrivs: '1',
        seccomp: '2',
      })
  })
})

describe('every pod', () => {
  it('runs with its own service account, without a token, within limits', async () => {
    const pods = await list<Pod>('pods')
    const spec = ({ spec: given }: Pod) =>
      given as unknown as {
        serviceAccountName: string
        automountServiceAccountToken?: boolean
        containers: { name: string; resources?: { limits?: object; requests?: object } }[]
      }
    expect(pods.length).toBeGreaterThan(9)
    const faults = pods.flatMap((pod) => {
      const { serviceAccountName, automountServiceAccountToken, containers } = spec(pod)
      return [
        ...(serviceAccountName === 'default' ? ['the default service account'] : []),
        ...(automountServiceAccountToken === false ? [] : ['a token']),
        ...containers
          .filter(({ resources }) => !resources?.limits || !('memory' in resources.limits) || !resources.requests)
          .map(({ name }) => `no limits of ${name}`),
      ].map((fault) => `${pod.metadata.name}: ${fault}`)
    })
    expect(faults).toEqual([])
  })
})
