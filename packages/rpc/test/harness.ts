import {
  type ClientLimits,
  createApp,
  createHttpClient,
  httpListener,
  type Route,
  type ServiceClient,
  serviceToken,
  serviceVerifier,
} from '@toko/http'
import { createInProcessBus, type OwnedBus } from '@toko/messaging'
import type { Part } from '@toko/runtime'
import { quiet } from '@toko/testkit'
import { createRpcClient, rpcServer } from '../src/index.ts'

const secret = 'secret of an edge in tests'
export const authorization = serviceToken('caller', 'thing', secret)
export const verifiers = { service: serviceVerifier('thing', { caller: secret }) }

/** A service `thing` with some routes, and how to call it. */
export interface Connected {
  readonly client: ServiceClient
  metrics(): Promise<string>
  stop(): Promise<void>
}

/** How a transport enters the suite. */
export interface Transport {
  readonly name: string
  connect(routes: readonly Route[], limits?: Partial<ClientLimits>): Promise<Connected>
}

const common = (limits: Partial<ClientLimits>) => ({ name: 'caller', authorization, timeoutMs: 5000, ...limits })

export const overHttp: Transport = {
  name: 'HTTP',
  async connect(routes, limits = {}) {
    const app = createApp({ ...quiet('thing'), service: 'thing', routes, verifiers, openapi: {}, checksAnswers: true })
    const listener = httpListener({ service: 'thing', host: '127.0.0.1', port: 0, app })
    await listener.start?.()
    const { log, metrics } = quiet('caller')
    const baseUrl = `http://127.0.0.1:${listener.port()}`
    const client = createHttpClient({ ...common(limits), target: 'thing-service', baseUrl, log, metrics })
    return { client, metrics: () => metrics.render(), stop: () => stopAll([client, listener]) }
  },
}

/** @param service its name on the bus, when others are there too */
export async function connectOver(
  bus: OwnedBus,
  routes: readonly Route[],
  limits: Partial<ClientLimits> = {},
  service = 'thing',
): Promise<Connected> {
  const server = rpcServer({ ...quiet(service), service, routes, verifiers, bus, checksAnswers: true })
  await server.start?.()
  await bus.start?.()
  const { log, metrics } = quiet('caller')
  const client = createRpcClient({ ...common(limits), service, bus, log, metrics })
  return { client, metrics: () => metrics.render(), stop: () => stopAll([client, server, bus]) }
}

export const overInProcessBus: Transport = {
  name: 'RPC in the process',
  connect: (routes, limits) => connectOver(createInProcessBus(quiet('bus')), routes, limits),
}

async function stopAll(parts: readonly Part[]): Promise<void> {
  for (const part of parts) await part.stop?.()
}

/** What a call ended with, so that an unexpected success fails the expectation on it. */
export const failureOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    (answer) => ({ unexpectedAnswer: answer }),
    (error: unknown) => error,
  )
