import { describe, expect, it } from 'vitest'
import { objectFaults } from './all.ts'
import { changed, goodObjects } from './good-objects.test-support.ts'

const [order, mongo] = ['Deployment/order-service', 'StatefulSet/order-mongodb']
const pod = 'spec/template/spec'
const main = `${pod}/containers/0`
const policy = 'NetworkPolicy/order-service'
const labels = (name: string) => ({ 'app.kubernetes.io/name': name, 'app.kubernetes.io/instance': 'toko' })

describe('rules over rendered objects', () => {
  it('find nothing where all is right', () => {
    expect(goodObjects()).toHaveLength(12)
    expect(objectFaults(goodObjects())).toEqual([])
  })

  it.each<[object: string, path: string, value: unknown, says: string]>([
    [order, `${pod}/automountServiceAccountToken`, undefined, 'mounts a token'],
    [order, `${pod}/hostNetwork`, true, 'namespace of the host'],
    [order, `${pod}/volumes/0`, { name: 'tmp', hostPath: { path: '/' } }, 'the volume tmp of a kind'],
    [order, `${pod}/volumes/0/emptyDir`, {}, 'emptyDir tmp without a sizeLimit'],
    [order, `${pod}/securityContext/runAsNonRoot`, false, 'main may run as root'],
    [order, `${pod}/securityContext/runAsUser`, 0, 'no user by number'],
    [order, `${pod}/securityContext/seccompProfile`, undefined, 'seccomp'],
    [mongo, `${main}/securityContext/allowPrivilegeEscalation`, undefined, 'may gain privileges'],
    [mongo, `${main}/securityContext/privileged`, true, 'may gain privileges'],
    [mongo, `${main}/securityContext/readOnlyRootFilesystem`, undefined, 'root file system'],
    [mongo, `${main}/securityContext/capabilities/drop`, ['NET_RAW'], 'keeps capabilities'],
    [mongo, `${main}/securityContext/capabilities/add`, ['NET_ADMIN'], 'adds capabilities'],
    [order, `${main}/ports/0/hostPort`, 80, 'port of the host'],

    [order, `${main}/image`, 'registry:5000/toko', 'without a tag'],
    [order, `${main}/image`, 'toko/order:latest', 'without a tag'],
    [order, `${main}/imagePullPolicy`, undefined, 'no imagePullPolicy'],
    [order, `${main}/resources/requests/cpu`, undefined, 'no request of cpu'],
    [order, `${main}/resources/limits/ephemeral-storage`, undefined, 'no limit of ephemeral-storage'],
    [order, `${main}/resources/requests/memory`, '64Mi', 'less memory than it may take'],
    [order, `${main}/resources/limits/cpu`, '500m', 'under one CPU'],
    [
      order,
      `${main}/env/0`,
      { name: 'A', valueFrom: { secretKeyRef: { name: 'order-mongodb', key: 'url' } } },
      'takes A from a Secret',
    ],
    [
      order,
      `${main}/env/0`,
      { name: 'MONGODB_PASSWORD', valueFrom: { secretKeyRef: { name: 'order-mongodb', key: 'password' } } },
      'takes MONGODB_PASSWORD from a Secret',
    ],
    [order, `${main}/env/0`, { name: 'ORDER_WEBHOOK_SECRET', value: 'x' }, 'ORDER_WEBHOOK_SECRET in clear'],
    [order, `${main}/envFrom`, [{ secretRef: { name: 'order-mongodb' } }], 'whole Secret'],
    [order, `${main}/readinessProbe`, undefined, 'no readiness probe'],
    [order, `${main}/livenessProbe`, undefined, 'no liveness probe'],
    [order, `${main}/startupProbe`, undefined, 'no startup probe'],
    [order, `${main}/livenessProbe/httpGet/path`, '/readyz', 'one page for liveness and readiness'],
    [order, `${main}/livenessProbe/initialDelaySeconds`, 160, 'fixed time'],
    [order, `${main}/livenessProbe/httpGet/port`, 'admin', 'probed on port admin'],

    [order, 'spec/strategy/rollingUpdate/maxUnavailable', 1, 'before the next one serves'],
    [order, 'spec/strategy', undefined, 'before the next one serves'],
    [order, 'spec/minReadySeconds', 0, 'ready for 5 s'],
    [order, 'spec/revisionHistoryLimit', undefined, 'old revisions'],
    [order, 'spec/replicas', 3, 'fights with the replicas'],
    [order, `${pod}/terminationGracePeriodSeconds`, 20, 'less than 20 s'],
    [order, `${pod}/topologySpreadConstraints`, undefined, 'on one node'],
    [mongo, 'spec/replicas', 3, 'on one node'],
    [mongo, 'spec/selector/matchLabels', { app: 'mongo' }, 'selects other pods'],
    ['PodDisruptionBudget/order-service', 'spec/minAvailable', 1, 'one of min and max'],
    ['PodDisruptionBudget/order-service', 'spec/maxUnavailable', 0, 'no pod be moved'],
    ['PodDisruptionBudget/order-service', 'spec/selector/matchLabels', { app: 'x' }, 'selects 0 workloads'],
    ['PodDisruptionBudget/order-service', 'spec/unhealthyPodEvictionPolicy', undefined, 'not ready'],
    ['HorizontalPodAutoscaler/order-service', 'spec/scaleTargetRef/name', 'orders', 'scales nothing'],
    ['HorizontalPodAutoscaler/order-service', 'spec/maxReplicas', 2, 'no room'],

    [order, `${pod}/volumes/1/secret/secretName`, 'no-such', 'needs the Secret no-such'],
    [order, `${pod}/volumes/1/secret/items/0/key`, 'password', 'needs the key password'],
    [order, `${pod}/volumes/2/configMap/name`, 'no-such', 'needs the ConfigMap no-such'],
    [order, `${pod}/serviceAccountName`, 'root', 'the service account root, which nobody makes'],
    [order, `${pod}/imagePullSecrets`, [{ name: 'registry' }], 'needs the Secret registry'],
    [order, `${main}/volumeMounts/0`, { name: 'tmp2', mountPath: '/tmp' }, 'mounts tmp2'],
    ['Service/order-service', 'spec/ports/0/targetPort', 'admin', 'leads to port admin'],
    ['Service/order-service', 'spec/selector', { app: 'x' }, 'selects no pods'],
    ['Service/order-service', 'spec/selector', undefined, 'selects no pods'],

    ['NetworkPolicy/default-deny', '', undefined, 'refuses everything both ways'],
    ['NetworkPolicy/default-deny', 'spec/policyTypes', ['Ingress'], 'refuses everything both ways'],
    [policy, 'spec/egress/0/ports/0/port', 54, 'can look up no names'],
    [policy, 'spec/podSelector/matchLabels', labels('orders'), 'is for no pods'],
    [policy, 'spec/policyTypes', ['Ingress'], 'not in force'],
    [policy, 'spec/egress/1/to', [{ podSelector: { matchLabels: labels('redis') } }], 'names pods that are not there'],
    [policy, 'spec/egress/1/to', [], 'out to anywhere'],
    [policy, 'spec/egress/1/ports', [], 'opens every port'],
    [
      policy,
      'spec/egress/1/ports/0/port',
      27018,
      'leads to port 27018, which nobody there declares: StatefulSet/order-mongodb',
    ],
    [policy, 'spec/ingress/0/ports/0/port', 9003, 'opens port 9003'],
    ['NetworkPolicy/order-mongodb', 'spec/ingress', [], 'does not let Deployment/order-service in on port 27017'],

    [
      'ConfigMap/order-service',
      'metadata/labels/app.kubernetes.io~1part-of',
      undefined,
      'no label app.kubernetes.io/part-of',
    ],
    ['ConfigMap/order-service', 'metadata/labels/app.kubernetes.io~1component', 'misc', 'unknown component misc'],
  ])('%s: %s %j', (object, path, value, says) => {
    const faults = objectFaults(changed(object, path, value))
    expect(faults).toEqual(expect.arrayContaining([expect.stringContaining(says)]))
  })

  it('let a Secret be somebody else’s', () => {
    const objects = changed(order, `${pod}/volumes/1/secret/secretName`, 'my-database')
    expect(objectFaults(objects, new Set(['my-database']))).toEqual([])
  })

  it('find an object that is there twice', () => {
    const [first, ...rest] = goodObjects()
    expect(objectFaults([first!, first!, ...rest])).toContain('apps/v1 Deployment/order-service is there twice')
  })
})
