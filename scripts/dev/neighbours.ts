import { serviceNames, type ServiceName } from '@toko/cli'

export const ports: Readonly<Record<ServiceName, number>> = { user: 8001, product: 8002, order: 8003, payment: 8004 }

interface Caller {
  readonly service: ServiceName
  /** Of its configuration (services/x/src/config.ts). */
  readonly variable: string
  readonly path: string
}

const keySet = (service: ServiceName): Caller => ({ service, variable: 'jwksUrl', path: '/.well-known/jwks.json' })

/** Who calls a service, and by which variable it knows where. */
const callers: Readonly<Record<ServiceName, readonly Caller[]>> = {
  user: [keySet('product'), keySet('order'), keySet('payment')],
  product: [{ service: 'order', variable: 'productUrl', path: '' }],
  order: [
    { service: 'user', variable: 'orderUrl', path: '' },
    { service: 'payment', variable: 'webhookUrl', path: '/webhooks/payments/toko' },
  ],
  payment: [{ service: 'order', variable: 'paymentUrl', path: '' }],
}

/** @throws Error naming the services there are */
export function serviceNamed(name: string | undefined): ServiceName {
  const known = serviceNames.find((each) => each === name)
  if (!known) throw new Error(`which service runs here? ${serviceNames.join(', ')}`)
  return known
}

/** Values of the umbrella chart for a service that runs at this address, outside the cluster. */
export function laptopValues(service: ServiceName, host: string): Record<string, unknown> {
  const port = ports[service]
  const egress = [{ to: [{ ipBlock: { cidr: `${host}/32` } }], ports: [{ port, protocol: 'TCP' }] }]
  const ofCallers = callers[service].map((caller) => [
    caller.service,
    { config: { [caller.variable]: `http://${host}:${port}${caller.path}` }, networkPolicy: { egress } },
  ])
  return {
    [service]: { replicas: 0 },
    ...Object.fromEntries(ofCallers),
    // It would wait in the cluster for a service that is not there: toko seed does it from here.
    seed: { enabled: false },
  }
}
