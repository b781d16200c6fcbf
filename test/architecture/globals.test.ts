import { describe, expect, it } from 'vitest'
import { libraryGlobalFaults } from './rules/library-globals.ts'
import { fixedPortFaults, nackFaults } from './rules/messaging-and-ports.ts'
import { moduleStateFaults } from './rules/module-state.ts'
import { processGlobalFaults } from './rules/process-globals.ts'

const path = 'services/order/src/features/a.ts'

describe('process and console', () => {
  it.each([
    'const a = process.env',
    'const a = process["env"]',
    'process.on("SIGTERM", () => {})',
    'process.exit(1)',
    'process.exitCode = 1',
    'const { env } = process',
    'import { env } from "node:process"',
    'import process from "process"',
    'globalThis.process.exit(1)',
    'function f() { console.log(1) }',
    'globalThis.console.log(1)',
    'const log = console',
    'run({ process })',
  ])('are faults in a service: %s', (text) => {
    expect(processGlobalFaults({ path, text }).length).toBeGreaterThan(0)
  })

  it.each([
    'process.hrtime.bigint()',
    'const a = { process: 1, console: 2 }',
    'job.process()',
    'const a = "process.env"',
  ])('are none: %s', (text) => {
    expect(processGlobalFaults({ path, text })).toEqual([])
  })

  it.each([
    'packages/runtime/src/a.ts',
    'packages/cli/src/a.ts',
    'services/order/src/main.ts',
    'services/order/src/a.test.ts',
    'scripts/a.ts',
    'packages/testkit/src/a.ts',
    'packages/telemetry/src/preload.ts',
  ])('belong to %s', (owner) => {
    expect(processGlobalFaults({ path: owner, text: 'console.log(process.env)' })).toEqual([])
  })

  it.each(['packages/http/src/a.ts', 'packages/telemetry/src/a.ts', 'services/order/src/domain.ts'])(
    'do not belong to %s',
    (other) => {
      expect(processGlobalFaults({ path: other, text: 'console.log(process.env)' })).toHaveLength(2)
    },
  )
})

describe('module state', () => {
  it.each([
    'let a = 1',
    'export let a = 1',
    'var a = 1',
    'setInterval(() => {}, 1)',
    'const t = setTimeout(() => {}, 1)',
    'globalThis.setInterval(() => {}, 1)',
    'class A { static t = setInterval(() => {}, 1) }',
    'const seen = new Map()\nexport function f() { seen.set(1, 2) }',
    'const seen = new Set()\nexport const f = () => seen.add(1)',
    'export const list = []\nfunction f() { list.push(1) }',
    'const state = { n: 0 }\nfunction f() { state.n += 1 }',
    'const state = { n: 0 }\nfunction f() { state.n++ }',
    'const state = {}\nfunction f(k) { delete state[k] }',
  ])('is a fault: %s', (text) => {
    expect(moduleStateFaults({ path, text })).toHaveLength(1)
  })

  it.each([
    'function f() { let a = 1; setTimeout(() => {}, a) }',
    'class A { t = setInterval(() => {}, 1) }',
    'const table = new Map()\nfor (const x of [1]) table.set(x, x)',
    'const table = new Map([[1, 2]])\nexport const f = (k) => table.get(k)',
    'const memo = new WeakMap()\nexport const f = (k) => memo.set(k, 1)',
    'export function f() { const list = []; list.push(1); return list }',
    'declare let a: number',
  ])('is none: %s', (text) => {
    expect(moduleStateFaults({ path, text })).toEqual([])
  })
})

describe('registries of libraries', () => {
  it.each([
    'import mongoose from "mongoose"\nmongoose.model("a", s)',
    'import * as m from "mongoose"\nm.connect("mongodb://x")',
    'import { model } from "mongoose"',
    'import { connect as c } from "mongoose"',
    'import { register } from "prom-client"',
    'import client from "prom-client"\nclient.register.metrics()',
    'import { Counter } from "prom-client"\nnew Counter({ name: "a", help: "b" })',
    'import * as prom from "prom-client"\nnew prom.Gauge({ name: "a", help: "b" })',
    'import { collectDefaultMetrics } from "prom-client"\ncollectDefaultMetrics()',
  ])('are faults: %s', (text) => {
    expect(libraryGlobalFaults({ path, text })).toHaveLength(1)
  })

  it.each([
    'import mongoose from "mongoose"\nconst c = mongoose.createConnection("x")\nc.model("a", s)',
    'import type { model } from "mongoose"',
    'import { Counter, Registry } from "prom-client"\nnew Counter({ name: "a", help: "b", registers: [r] })',
    'import { collectDefaultMetrics } from "prom-client"\ncollectDefaultMetrics({ register: r })',
    'class Counter {}\nnew Counter({ name: "a" })',
  ])('are none: %s', (text) => {
    expect(libraryGlobalFaults({ path, text })).toEqual([])
  })
})

describe('messages and ports', () => {
  it.each(['channel.nack(m)', 'channel.nackAll()', 'nack(m)'])('stops %s', (text) => {
    expect(nackFaults({ path, text })).toHaveLength(1)
  })

  it('lets reject through', () => {
    expect(nackFaults({ path, text: 'channel.reject(m, false) // not nack(m)' })).toEqual([])
  })

  it.each(['server.listen(8003)', 'listen(server, "127.0.0.1", 8003)', 'server.listen({ host, port: 8003 })'])(
    'stops %s',
    (text) => {
      expect(fixedPortFaults({ path, text })).toHaveLength(1)
    },
  )

  it.each(['server.listen(0)', 'server.listen(config.port)', 'server.listen({ port: 0 })', 'retry(8003)'])(
    'lets %s through',
    (text) => {
      expect(fixedPortFaults({ path, text })).toEqual([])
    },
  )
})
