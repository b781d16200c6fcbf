import type { RequestListener } from 'node:http'
import request, { type Response } from 'supertest'
import { describe, expect, it } from 'vitest'
import type { Route, RouteSpec } from '@toko/http'
import { hostileBodies, hostileIds, hostileQueries, hostileValues, sampleParameter } from './hostile-values.ts'

interface HostileOptions {
  readonly app: () => RequestListener
  readonly routes: readonly Route[]
  /** Authorization header that passes the route's declared auth. */
  readonly authorization: (spec: RouteSpec) => Promise<string | undefined>
}

const shapeOf = (schema: unknown): Record<string, { safeParse(value: unknown): { success: boolean } }> =>
  (schema as { shape?: Record<string, never> } | undefined)?.shape ?? {}

const typeOf = (spec: RouteSpec) => spec.contentType ?? 'application/json'

function samplePath(spec: RouteSpec): string {
  const shape = shapeOf(spec.params)
  return spec.path.replaceAll(/\{(\w+)\}/g, (_all, name: string) =>
    sampleParameter((value) => shape[name]?.safeParse(value).success ?? true),
  )
}

function accepts(spec: RouteSpec, json: string): boolean {
  try {
    return spec.body!.safeParse(JSON.parse(json)).success
  } catch {
    return false
  }
}

function expectProblem(answer: Response, what: string): void {
  expect(answer.status, `${what}: ${answer.text}`).toBeGreaterThanOrEqual(400)
  expect(answer.status, `${what}: ${answer.text}`).toBeLessThan(500)
  expect(answer.headers['content-type'], what).toBe('application/problem+json')
}

/** Tests that walk every declared route with input that must be refused: always a 4xx problem document, never a 500. */
export function describeHostileInput({ app, routes, authorization }: HostileOptions): void {
  async function send(
    spec: RouteSpec,
    { path = samplePath(spec), type = typeOf(spec), body = '{}' },
  ): Promise<Response> {
    const authorized = await authorization(spec)
    const test = request(app())
      [spec.method.toLowerCase() as 'post'](path)
      .ok(() => true)
    if (authorized) test.set('Authorization', authorized)
    if (spec.idempotencyKey) test.set('Idempotency-Key', 'hostile-input-key-0')
    if (spec.ifMatch) test.set('If-Match', '"1"')
    return spec.body ? test.set('Content-Type', type).send(body) : test
  }

  const named = routes.map(({ spec }) => [`${spec.method} ${spec.path}`, spec] as const)
  describe.each(named)('hostile input to %s', (_name, spec) => {
    const isJson = spec.body !== undefined && typeOf(spec).endsWith('json')

    it('refuses unknown and repeated query parameters', async () => {
      for (const query of hostileQueries)
        expectProblem(await send(spec, { path: `${samplePath(spec)}?${query}` }), query)
    })

    if (spec.path.includes('{'))
      it('answers an impossible id with a 4xx', async () => {
        for (const id of hostileIds) expectProblem(await send(spec, { path: spec.path.replaceAll(/\{\w+\}/g, id) }), id)
      })

    if (isJson && !spec.keepsRawBody)
      it('refuses bodies that are not its own', async () => {
        for (const [what, body] of hostileBodies)
          if (!accepts(spec, body)) expectProblem(await send(spec, { body }), what)
        expect(({} as { polluted?: number }).polluted).toBeUndefined()
      })

    if (isJson)
      it('survives a hostile value in every field', async () => {
        for (const field of Object.keys(shapeOf(spec.body)))
          for (const [what, value] of hostileValues) {
            const body = JSON.stringify({ [field]: value })
            const answer = await send(spec, { body })
            if (accepts(spec, body)) expect(answer.status, `${field} = ${what}: ${answer.text}`).toBeLessThan(500)
            else expectProblem(answer, `${field} = ${what}`)
          }
      })

    if (spec.body !== undefined)
      it('refuses other content types and huge bodies', async () => {
        for (const type of ['application/xml', 'multipart/form-data', `${typeOf(spec)}; charset=utf-7`])
          expect((await send(spec, { type })).status, type).toBe(415)
        const huge = JSON.stringify({ huge: 'x'.repeat((spec.bodyLimit ?? 100 * 1024) + 1024) })
        expect((await send(spec, { body: huge })).status).toBe(413)
      })
  })
}
