import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { afterEach, expect, it } from 'vitest'
import { eventually } from '@toko/testkit'
import type { FaultTarget } from './fault-kinds.ts'
import { startProcessFaults } from './process-faults.ts'

const children: ChildProcess[] = []
function target(name: string): FaultTarget & { child: ChildProcess } {
  const child = spawn('sleep', ['60'], { stdio: 'ignore' })
  children.push(child)
  return {
    name,
    isMongo: name === 'mongo',
    child,
    pid: () => ((child.exitCode ?? child.signalCode) ? undefined : child.pid),
  }
}
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})
/** T: stopped (proc(5)). */
const stateOf = ({ pid }: ChildProcess) => /\) (\w)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1]

it('kills what it may, and leaves a mongod alone that it was not asked for', async () => {
  const [order, mongo] = [target('order'), target('mongo')]
  const faults = startProcessFaults({ seed: 1, kinds: ['kill'], targets: [order, mongo], betweenMs: [1, 20] })
  const [, signal] = (await once(order.child, 'exit')) as [null, string]
  await faults.stop()
  expect(signal).toBe('SIGKILL')
  expect(faults.counts).toEqual({ kill: 1 })
  expect(mongo.pid()).toBeDefined()
})

it('lets what stands still go on when it ends', async () => {
  const order = target('order')
  const faults = startProcessFaults({ seed: 1, kinds: ['pause'], targets: [order], betweenMs: [1, 20] })
  await eventually(() => expect(stateOf(order.child)).toBe('T'))
  await faults.stop()
  await eventually(() => expect(stateOf(order.child)).toBe('S'))
  expect(faults.counts.pause).toBeGreaterThan(0)
})
