import { describe, expect, it } from 'vitest'
import { cyclesIn, importGraph } from './rules/cycles.ts'
import { importMatrixFaults } from './rules/import-matrix.ts'
import { importsOf } from './rules/imports.ts'
import { layerFaults, layerOf } from './rules/layers.ts'

const services = new Set(['order', 'product', 'all'])
const at = (path: string, text: string) => ({ path, text })
const importing = (path: string, specifier: string) =>
  importMatrixFaults(at(path, `import { x } from '${specifier}'`), services).map(({ message }) => message)

describe('reading imports', () => {
  it.each([
    ['import { a } from "m"', false],
    ['import type { A } from "m"', true],
    ['import { type A } from "m"', true],
    ['import { type A, b } from "m"', false],
    ['import "m"', false],
    ['export * from "m"', false],
    ['export type { A } from "m"', true],
    ['const a = await import("m")', false],
    ['const a = await import(`m`)', false],
    ['type A = import("m").A', true],
  ])('sees %s', (text, isType) => {
    expect(importsOf(at('a.ts', text))).toMatchObject([{ specifier: 'm', isType }])
  })

  it('never takes an unreadable file for a clean one', () => {
    expect(() => importsOf(at('a.ts', 'import {'))).toThrow('a.ts')
  })
})

describe('import matrix', () => {
  it.each([
    ['packages/http/src/a.ts', '@toko/contracts'],
    ['packages/database/src/a.ts', '@toko/runtime'],
    ['packages/http/src/a.test.ts', '@toko/testkit'],
    ['packages/testkit/src/a.ts', '@toko/database'],
    ['packages/cli/src/a.ts', '@toko/database'],
    ['packages/cli/src/a.ts', '@toko/messaging'],
    ['packages/cli/src/a.ts', '@toko/audit'],
    ['packages/audit/src/a.ts', '@toko/contracts'],
    ['services/order/src/a.ts', '@toko/audit'],
    ['test/sim/a.ts', '@toko/audit'],
    ['test/sim/a.ts', '../../services/order/src/features/a.ts'],
    ['test/sim/a.ts', '../../services/order/test/memory-order-store.ts'],
    ['services/order/src/a.ts', '@toko/messaging'],
    ['services/order/test/service.test.ts', '@toko/testkit'],
    ['services/all/src/main.ts', '@toko/order'],
    ['test/acceptance/order.test.ts', '@toko/all'],
    ['services/order/src/features/a.ts', '../domain/b.ts'],
    ['services/order/src/features/a.ts', '#domain/b.ts'],
    ['services/order/src/a.ts', 'zod'],
  ])('lets %s import %s', (path, specifier) => {
    expect(importing(path, specifier)).toEqual([])
  })

  it.each([
    ['test/sim/a.ts', '../../services/order/src/service.ts'],
    ['test/crash/a.ts', '../../services/order/src/features/a.ts'],
    ['packages/contracts/src/a.ts', '@toko/runtime'],
    ['packages/runtime/src/a.ts', '@toko/contracts'],
    ['packages/http/src/a.ts', '@toko/messaging'],
    ['packages/http/src/a.ts', '@toko/testkit'],
    ['packages/telemetry/src/a.ts', '@toko/runtime'],
    ['packages/cli/src/a.ts', '@toko/all'],
    ['packages/cli/src/a.ts', '@toko/order'],
    ['packages/audit/src/a.ts', '@toko/runtime'],
    ['services/product/src/a.ts', '@toko/audit'],
    ['packages/http/src/a.ts', '@toko/audit'],
    ['packages/testkit/src/a.ts', '@toko/order'],
    ['services/order/src/a.ts', '@toko/product'],
    ['services/order/test/a.test.ts', '@toko/product'],
    ['services/order/src/a.ts', '@toko/testkit'],
    ['services/order/src/a.ts', '@toko/telemetry'],
    ['services/all/src/a.ts', '@toko/telemetry'],
    ['services/all/src/a.ts', '@toko/testkit'],
    ['services/order/src/a.ts', '@toko/http/src/client.ts'],
    ['services/order/src/a.ts', '../../product/src/index.ts'],
    ['services/order/src/a.ts', '#../../product/src/index.ts'],
    ['test/acceptance/order.test.ts', '@toko/order'],
    ['test/acceptance/order.test.ts', '../../services/order/src/index.ts'],
    ['packages/newcomer/src/a.ts', 'zod'],
  ])('stops %s importing %s', (path, specifier) => {
    expect(importing(path, specifier)).toHaveLength(1)
  })

  it('stops re-exports, dynamic imports and types alike', () => {
    const text = `export * from '@toko/product'\nawait import('@toko/product')\ntype A = import('@toko/product').A`
    const faults = importMatrixFaults(at('services/order/src/a.ts', text), services)
    expect(faults.map(({ line }) => line)).toEqual([1, 2, 3])
  })
})

describe('layers of a service', () => {
  const within = (path: string, text: string) => layerFaults(at(`services/order/src/${path}`, text)).length

  it.each([
    ['domain/a.ts', `import { errors, type Money } from '@toko/contracts'\nimport { b } from './b.ts'`],
    ['features/a.ts', `import { b } from '#domain/b.ts'\nimport type { OrderStore } from '../store/order-store.ts'`],
    ['features/a.ts', `import { errors } from '@toko/contracts'\nimport type { Deadline } from '@toko/runtime'`],
    ['features/a.ts', `import { auditBooks } from '@toko/audit'`],
    ['store/mongo-order-store.ts', `import { Schema } from 'mongoose'\nimport type { A } from './order-store.ts'`],
    ['routes.ts', `import { defineRoute } from '@toko/http'\nimport { a } from './features/a.ts'`],
    ['service.ts', `import { a } from './store/mongo-order-store.ts'`],
    ['main.ts', `import { run } from '@toko/runtime'\nimport { a } from './service.ts'`],
    ['features/a.test.ts', `import { a } from '../store/mongo-order-store.ts'`],
  ])('lets %s: %s', (path, text) => {
    expect(within(path, text)).toBe(0)
  })

  it.each([
    ['domain/a.ts', `import type { Logger } from '@toko/runtime'`],
    ['domain/a.ts', `import { randomUUID } from 'node:crypto'`],
    ['domain/a.ts', `import { b } from '../features/b.ts'`],
    ['features/a.ts', `import { b } from '../store/mongo-order-store.ts'`],
    ['domain/a.ts', `import { auditBooks } from '@toko/audit'`],
    ['features/a.ts', `import { Schema } from 'mongoose'`],
    ['features/a.ts', `import { client } from '@toko/http'`],
    ['features/a.ts', `import { routes } from '../routes.ts'`],
    ['store/mongo-order-store.ts', `import { a } from '../features/a.ts'`],
    ['clients/http-users.ts', `import { a } from '../store/order-store.ts'`],
    ['routes.ts', `import { a } from './store/mongo-order-store.ts'`],
    ['main.ts', `import { a } from './features/a.ts'`],
    ['helpers/a.ts', `export const a = 1`],
  ])('stops %s: %s', (path, text) => {
    expect(within(path, text)).toBe(1)
  })

  it('tells the store port from its adapter', () => {
    expect(layerOf('services/order/src/store/order-store.ts')).toBe('store-port')
    expect(layerOf('services/order/src/store/mongo-order-store.ts')).toBe('store')
  })
})

describe('cycles', () => {
  it('finds a circle through files and packages, and none where there is none', () => {
    const circle = [
      at('packages/http/src/index.ts', `export * from './a.ts'`),
      at('packages/http/src/a.ts', `import type { B } from '#b.ts'`),
      at('packages/http/src/b.ts', `import { c } from '@toko/runtime'`),
      at('packages/runtime/src/index.ts', `import { d } from '@toko/http'`),
    ]
    expect(cyclesIn(importGraph(circle))).toEqual([[...circle, circle[0]].map((file) => file?.path)])
    expect(cyclesIn(importGraph(circle.slice(0, 3)))).toEqual([])
  })
})
