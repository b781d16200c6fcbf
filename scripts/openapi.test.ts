import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { Validator } from '@seriousme/openapi-schema-validator'
import { beforeAll, describe, expect, it } from 'vitest'
import { type ApiDocument, apiDocuments } from './openapi-documents.ts'
import { rpcTable, withTable } from './rpc-table.ts'

describe('docs/openapi', () => {
  let documents: ApiDocument[] = []
  beforeAll(async () => {
    documents = await apiDocuments()
  })

  it('has one document per service and no other', () => {
    expect(documents.length).toBeGreaterThan(0)
    const names = documents.map(({ path }) => basename(path)).toSorted()
    expect(readdirSync(dirname(documents[0]?.path ?? '')).toSorted()).toEqual(names)
  })

  it('equals what the routes declare (make openapi writes it)', () => {
    for (const { service, path, text } of documents) expect(readFileSync(path, 'utf8'), service).toBe(text)
  })

  it('and docs/rpc.md name the methods that the routes declare', () => {
    const page = readFileSync(new URL('../docs/rpc.md', import.meta.url), 'utf8')
    const table = rpcTable(documents)
    for (const method of ['order.place_order', 'product.reserve_stock', 'payment.refund_payment', 'user.token_status'])
      expect(table).toContain(`| \`${method}\``)
    expect(page).toBe(withTable(page, table))
  })

  it('is valid OpenAPI 3.1', async () => {
    for (const { service, text } of documents) {
      const validator = new Validator()
      const { valid, errors } = await validator.validate(JSON.parse(text) as Record<string, unknown>)
      expect(errors, service).toBeUndefined()
      expect({ valid, version: validator.version }, service).toEqual({ valid: true, version: '3.1' })
    }
  })
})
