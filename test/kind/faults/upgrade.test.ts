import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { eventually } from '@toko/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startShopper } from '../../faults/support/shopper.ts'
import { secrets } from '../support/contents.ts'
import { helm } from '../support/helm.ts'
import { release } from '../support/kubectl.ts'
import { restartsOf, settledPods } from '../support/pods.ts'
import { kindScript, root } from '../support/scripts.ts'
import { type KindShop, kindShop } from '../support/shop.ts'

let shop: KindShop

beforeAll(() => {
  shop = kindShop()
})
afterAll(() => shop.connection.close())

const state = async () => {
  const { info, version } = JSON.parse(await helm(['status', release, '--output', 'json'])) as {
    info: { status: string }
    version: number
  }
  return { status: info.status, version }
}
const sells = async () => {
  const shopper = await startShopper(shop)
  expect(await shopper.placed(await shopper.newCart(), { waitS: 2 })).toMatch(/^ord_/)
}

describe('row 46: the same again', { timeout: 900_000 }, () => {
  // The first time was before the tests: make test-kind.
  it('make up and helm upgrade a second time: no pod restarts, no secret changes', async () => {
    const [pods, kept] = [restartsOf(await settledPods()), await secrets()]
    const before = await state()
    await kindScript('up.sh')
    await helm(['upgrade', release, `${root}charts/toko`, '--reuse-values', '--wait', '--timeout', '5m'])
    expect(await state()).toEqual({ status: 'deployed', version: before.version + 2 })
    expect(restartsOf(await settledPods())).toEqual(pods)
    expect(await secrets()).toEqual(kept)
    expect(Object.keys(kept).length).toBeGreaterThan(10)
  })
})

describe('make up that is killed in the middle', { timeout: 900_000 }, () => {
  it('goes on when it is repeated, and a changed value restarts its own service alone', async () => {
    const before = restartsOf(await settledPods())
    const from = await state()
    // A group of its own, so that helm ends with it, as by a kill -9 of everything that make started.
    const changed = ['--set-string', 'order.config.streamPollMs=501']
    const child = spawn(`${root}scripts/kind/up.sh`, changed, { cwd: root, detached: true, stdio: 'ignore' })
    const ended = once(child, 'exit')
    await eventually(async () => expect(await state()).toMatchObject({ status: 'pending-upgrade' }), {
      timeoutMs: 300_000,
      everyMs: 200,
    })
    process.kill(-child.pid!, 'SIGKILL')
    await ended
    expect(await state()).toEqual({ status: 'pending-upgrade', version: from.version + 1 })

    await kindScript('up.sh', changed)
    expect(await state()).toMatchObject({ status: 'deployed' })
    const after = restartsOf(await settledPods())
    const others = (lines: string[]) => lines.filter((line) => !line.startsWith('order-service'))
    expect(others(after)).toEqual(others(before))
    expect(after).not.toEqual(before)
    await sells()
    await helm(['rollback', release, String(from.version), '--wait', '--timeout', '5m'])
    await settledPods()
  })
})
