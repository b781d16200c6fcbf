import { type KubeObject, nameOf, readObjects } from '../objects.ts'

const labels = (name: string, component: string) =>
  `{app.kubernetes.io/name: ${name}, app.kubernetes.io/instance: toko, app.kubernetes.io/version: 0.1.0, app.kubernetes.io/component: ${component}, app.kubernetes.io/part-of: toko, app.kubernetes.io/managed-by: Helm, helm.sh/chart: toko-0.1.0}`
const selector = (name: string) => `{app.kubernetes.io/name: ${name}, app.kubernetes.io/instance: toko}`
const head = (apiVersion: string, kind: string, name: string, component = 'service') =>
  `---\napiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: ${name}, labels: ${labels(name, component)}}\n`

const pod = (name: string, component: string, port: number) => `
    metadata: {labels: ${labels(name, component)}}
    spec:
      serviceAccountName: ${name}
      automountServiceAccountToken: false
      terminationGracePeriodSeconds: 50
      securityContext: {runAsNonRoot: true, runAsUser: 10001, seccompProfile: {type: RuntimeDefault}}
      containers:
        - name: main
          image: toko/${name}:1.2.3
          imagePullPolicy: IfNotPresent
          ports: [{name: http, containerPort: ${port}}]
          env: [{name: ORDER_MONGO_URL_FILE, value: /secrets/url}]
          resources:
            requests: {cpu: 50m, memory: 256Mi, ephemeral-storage: 64Mi}
            limits: {cpu: 1, memory: 256Mi, ephemeral-storage: 64Mi}
          securityContext: {allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: {drop: [ALL]}}
          startupProbe: {httpGet: {path: /livez, port: http}}
          readinessProbe: {httpGet: {path: /readyz, port: http}}
          livenessProbe: {httpGet: {path: /livez, port: ${port}}}
          lifecycle: {preStop: {sleep: {seconds: 3}}}
          volumeMounts: [{name: tmp, mountPath: /tmp}, {name: secret, mountPath: /secrets}, {name: config, mountPath: /config}]
      volumes:
        - {name: tmp, emptyDir: {sizeLimit: 64Mi}}
        - {name: secret, secret: {secretName: order-mongodb, items: [{key: url, path: url}]}}
        - {name: config, configMap: {name: order-service}}
`

const dns = '{to: [{namespaceSelector: {}}], ports: [{port: 53, protocol: UDP}]}'

const text = `
${head('apps/v1', 'Deployment', 'order-service')}
spec:
  minReadySeconds: 5
  revisionHistoryLimit: 3
  strategy: {rollingUpdate: {maxUnavailable: 0, maxSurge: 1}}
  selector: {matchLabels: ${selector('order-service')}}
  template: ${pod('order-service', 'service', 8003)}
      topologySpreadConstraints: [{topologyKey: kubernetes.io/hostname}]
${head('apps/v1', 'StatefulSet', 'order-mongodb', 'database')}
spec:
  replicas: 1
  selector: {matchLabels: ${selector('order-mongodb')}}
  template: ${pod('order-mongodb', 'database', 27017)}
${head('v1', 'ServiceAccount', 'order-service')}
${head('v1', 'ServiceAccount', 'order-mongodb', 'database')}
${head('v1', 'ConfigMap', 'order-service')}
data: {a: b}
${head('v1', 'Secret', 'order-mongodb', 'database')}
data: {url: eA==}
${head('v1', 'Service', 'order-service')}
spec: {selector: ${selector('order-service')}, ports: [{name: http, port: 8003, targetPort: http}]}
${head('policy/v1', 'PodDisruptionBudget', 'order-service')}
spec: {maxUnavailable: 1, unhealthyPodEvictionPolicy: AlwaysAllow, selector: {matchLabels: ${selector('order-service')}}}
${head('autoscaling/v2', 'HorizontalPodAutoscaler', 'order-service')}
spec: {scaleTargetRef: {kind: Deployment, name: order-service}, minReplicas: 2, maxReplicas: 5}
${head('networking.k8s.io/v1', 'NetworkPolicy', 'default-deny')}
spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
${head('networking.k8s.io/v1', 'NetworkPolicy', 'order-service')}
spec:
  podSelector: {matchLabels: ${selector('order-service')}}
  policyTypes: [Ingress, Egress]
  ingress: [{ports: [{port: http}]}]
  egress: [${dns}, {to: [{podSelector: {matchLabels: ${selector('order-mongodb')}}}], ports: [{port: 27017}]}]
${head('networking.k8s.io/v1', 'NetworkPolicy', 'order-mongodb', 'database')}
spec:
  podSelector: {matchLabels: ${selector('order-mongodb')}}
  policyTypes: [Ingress, Egress]
  ingress: [{from: [{podSelector: {matchExpressions: [{key: app.kubernetes.io/name, operator: In, values: [order-service]}]}}], ports: [{port: 27017}]}]
  egress: [${dns}]
`

/** A service with its database, as the rules want them. */
export const goodObjects = (): KubeObject[] => readObjects(text)

type Tree = Record<string, unknown>

/** The good objects with one field set to something else; undefined takes it, or the whole object, away. */
export function changed(name: string, path: string, value?: unknown): KubeObject[] {
  const objects = goodObjects()
  const object = objects.find((each) => nameOf(each) === name)
  if (!object) throw new Error(`there is no ${name}`)
  if (path === '') return objects.filter((each) => each !== object)
  // As in a JSON pointer, ~1 is a slash within a key.
  const keys = path.split('/').map((key) => key.replaceAll('~1', '/'))
  const last = keys.pop()!
  const parent = keys.reduce<Tree>((tree, key) => tree[key] as Tree, object as unknown as Tree)
  if (value === undefined) delete parent[last]
  else parent[last] = value
  return objects
}
