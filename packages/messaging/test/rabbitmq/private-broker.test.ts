import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { connect } from 'amqplib'
import { afterAll, describe, expect, it } from 'vitest'
import { startPrivateBroker } from '../../src/index.ts'
import { brokerFolder } from './broker-folder.ts'

describe('a private broker', { timeout: 120_000 }, () => {
  const folders: ReturnType<typeof brokerFolder>[] = []
  const newFolder = () => {
    const made = brokerFolder()
    folders.push(made)
    return made.folder
  }
  afterAll(() => {
    for (const { remove } of folders) remove()
  })
  const connects = (url: string) =>
    connect(url).then(
      (connection) => connection.close().then(() => true),
      () => false,
    )

  it('keeps what is durable over a stop, has a password, and leaves no process', async () => {
    const broker = await startPrivateBroker({ folder: newFolder(), env: process.env })
    let pid = 0
    try {
      const connection = await connect(broker.url)
      const channel = await connection.createConfirmChannel()
      await channel.assertQueue('kept', { durable: true })
      channel.sendToQueue('kept', Buffer.from('x'), { persistent: true })
      await channel.waitForConfirms()
      await connection.close()
      const { port } = new URL(broker.url)
      expect(await connects(`amqp://guest:guest@127.0.0.1:${port}`)).toBe(false)
      const before = broker.pid
      await broker.restart()
      pid = broker.pid
      expect(pid).not.toBe(before)
      const again = await connect(broker.url)
      expect((await (await again.createChannel()).checkQueue('kept')).messageCount).toBe(1)
      await again.close()
      expect(await broker.control('list_queues', 'name')).toContain('kept')
    } finally {
      await broker.stop()
    }
    expect(await connects(broker.url)).toBe(false)
    expect(isRunning(pid)).toBe(false)
  })

  it('finds what is durable in its folder, also when another one left it there', async () => {
    const folder = newFolder()
    const first = await startPrivateBroker({ folder, env: process.env })
    const connection = await connect(first.url)
    const channel = await connection.createConfirmChannel()
    await channel.assertQueue('left', { durable: true })
    channel.sendToQueue('left', Buffer.from('x'), { persistent: true })
    await channel.waitForConfirms()
    await connection.close()
    await first.stop()
    const second = await startPrivateBroker({ folder, env: process.env })
    try {
      const again = await connect(second.url)
      expect((await (await again.createChannel()).checkQueue('left')).messageCount).toBe(1)
      await again.close()
    } finally {
      await second.stop()
    }
  })

  it('ends when its owner is killed', async () => {
    const owner = spawn(process.execPath, [new URL('broker-owner.ts', import.meta.url).pathname, newFolder()])
    const [line] = (await once(createInterface(owner.stdout), 'line')) as [string]
    const { pid, url } = JSON.parse(line) as { pid: number; url: string }
    expect(await connects(url)).toBe(true)
    owner.kill('SIGKILL')
    await expect.poll(() => connects(url), { timeout: 30_000 }).toBe(false)
    await expect.poll(() => isRunning(pid), { timeout: 30_000 }).toBe(false)
  })

  function isRunning(pid: number): boolean {
    if (existsSync('/proc/self'))
      return existsSync(`/proc/${pid}`) && !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
    try {
      process.kill(pid, 0)
      return true
    } catch {
      return false
    }
  }
})
