/** Who may open a connection to whom, at which port, inside the namespace: docs/kubernetes.md. Everything else is refused. */
const services = ['user', 'product', 'order', 'payment'] as const
const port = { user: 8001, product: 8002, order: 8003, payment: 8004 } as const
const adminPort = { user: 9001, product: 9002, order: 9003, payment: 9004 } as const
const app = (name: keyof typeof port) => `${name}-service`

const calls: readonly (readonly [keyof typeof port, keyof typeof port])[] = [
  ['user', 'order'], // open orders of an account
  ['product', 'user'], // key set
  ['order', 'user'], // key set
  ['order', 'product'],
  ['order', 'payment'],
  ['payment', 'user'], // key set
  ['payment', 'order'], // webhooks
]

export const edges: readonly string[] = [
  ...calls.map(([from, to]) => `${app(from)} → ${app(to)}:${port[to]}`),
  ...services.flatMap((name) => [
    `${app(name)} → ${name}-mongodb:27017`,
    `${app(name)} → rabbitmq:5672`,
    `${app(name)} → otel-collector:4318`,
    `prometheus → ${app(name)}:${adminPort[name]}`,
    `toko-cli → ${app(name)}:${port[name]}`,
  ]),
  'prometheus → rabbitmq:15692',
  'prometheus → otel-collector:8888',
  'prometheus → jaeger:8888',
  'otel-collector → jaeger:4317',
  'order-service → jaeger:16686', // traces of an order's story
]

/** What k8s/kind.yaml publishes on this machine: a port for clients outside is one for pods of other namespaces too. */
export const published: readonly string[] = [
  ...services.map((name) => `${app(name)}:${port[name]}`),
  'grafana:3000',
  'jaeger:16686',
  'prometheus:9090',
  'rabbitmq:15672',
]
