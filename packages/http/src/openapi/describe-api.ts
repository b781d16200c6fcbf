import { type ErrorName, errors, Problem } from '@toko/contracts'
import type { Route, RouteSpec } from '../server/route.ts'
import { type SchemaBook, schemaBook } from './schemas.ts'

export interface ApiInfo {
  readonly title: string
  readonly description: string
  readonly version: string
}

/** Problems that follow from the declaration itself. */
function impliedErrors(spec: RouteSpec): ErrorName[] {
  const names: ErrorName[] = ['notAcceptable', 'overloaded', 'dependencyUnavailable', 'validation']
  if (spec.auth !== 'public') names.push('unauthenticated')
  if (typeof spec.auth === 'object' || spec.auth === 'service' || spec.auth === 'user') names.push('forbidden')
  if (spec.params) names.push('notFound')
  if (spec.body) names.push('payloadTooLarge', 'unsupportedMediaType')
  if (spec.idempotencyKey) names.push('idempotencyKeyMissing')
  if (spec.ifMatch) names.push('preconditionRequired', 'preconditionFailed')
  if (spec.recentAuth) names.push('reauthenticationRequired')
  return names
}

/** `cart-token` → `Cart-Token` */
const capitalised = (header: string) => header.replaceAll(/\b[a-z]/g, (letter) => letter.toUpperCase())

function parametersOf(spec: RouteSpec, book: SchemaBook) {
  const fromObject = (place: 'path' | 'query', shape: NonNullable<RouteSpec['params']> | undefined) =>
    Object.entries(shape?.shape ?? {}).map(([name, schema]) => ({
      name,
      in: place,
      required: place === 'path' || !schema.safeParse(undefined).success,
      schema: book.use(schema, 'input'),
    }))
  const header = (name: string, required = true) => ({ name, in: 'header', required, schema: { type: 'string' } })
  return [
    ...fromObject('path', spec.params),
    ...fromObject('query', spec.query),
    ...(spec.idempotencyKey ? [header('Idempotency-Key')] : []),
    ...(spec.ifMatch ? [header('If-Match')] : []),
    ...(spec.headers ?? []).map((name) => header(capitalised(name), false)),
  ]
}

function answersOf(spec: RouteSpec, book: SchemaBook) {
  const answers: Record<string, unknown> = {}
  for (const [status, answer] of Object.entries(spec.answers)) {
    const content =
      answer === null
        ? {}
        : typeof answer === 'string'
          ? { content: { [answer]: {} } }
          : { content: { 'application/json': { schema: book.use(answer, 'output') } } }
    answers[status] = { description: Number(status) < 300 ? 'Success' : 'Answer', ...content }
  }
  const byStatus = Map.groupBy(new Set([...impliedErrors(spec), ...(spec.errors ?? [])]), (name) => errors[name].status)
  for (const [status, names] of byStatus)
    answers[status] = {
      description: names
        .map((name) => errors[name].code)
        .toSorted()
        .join(', '),
      content: { 'application/problem+json': { schema: book.use(Problem, 'output') } },
    }
  return answers
}

const securityOf = ({ auth }: RouteSpec) => {
  if (auth === 'public') return []
  if (auth === 'service') return [{ service: [] }]
  if (auth === 'user-or-service') return [{ user: [] }, { service: [] }]
  return auth === 'optional' ? [{}, { user: [] }] : [{ user: [] }]
}

const bearer = (description: string) => ({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description })

/** OpenAPI 3.1 document of declared routes; the routes are the only source. */
export function describeApi(info: ApiInfo, routes: readonly Route[]) {
  const book = schemaBook()
  const paths: Record<string, Record<string, unknown>> = {}
  for (const { spec } of routes) {
    const contentType =
      spec.contentType ?? (spec.method === 'PATCH' ? 'application/merge-patch+json' : 'application/json')
    paths[spec.path] = {
      ...paths[spec.path],
      [spec.method.toLowerCase()]: {
        summary: spec.summary,
        ...(spec.rpc === undefined ? {} : { 'x-rpc': spec.rpc }),
        operationId: `${spec.method.toLowerCase()}${spec.path.replaceAll(/[^A-Za-z0-9]+(\w)?/g, (_all, next: string = '') => next.toUpperCase())}`,
        ...(typeof spec.auth === 'object'
          ? { description: `Needs one of the roles ${spec.auth.roles.join(', ')}.` }
          : {}),
        security: securityOf(spec),
        parameters: parametersOf(spec, book),
        ...(spec.body
          ? { requestBody: { required: true, content: { [contentType]: { schema: book.use(spec.body, 'input') } } } }
          : {}),
        responses: answersOf(spec, book),
      },
    }
  }
  return {
    openapi: '3.1.0',
    info: { ...info, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    servers: [{ url: '/' }],
    paths,
    components: {
      schemas: book.components(),
      securitySchemes: {
        user: bearer('Access token of POST /sessions'),
        service: bearer('Short token of one service for another'),
      },
    },
  }
}
