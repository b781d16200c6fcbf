import { run } from '@toko/runtime'
import { createShop } from './shop.ts'

const tell = (message: object) => process.send?.(message)

const shop = await run(async () => {
  const service = await createShop(process.env, { onProgress: (progress) => tell({ type: 'progress', progress }) })
  // Started by `toko run`: it has the terminal, so its end is ours.
  process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'))
  return { service, log: service.log, drainDelayMs: 0, graceMs: 25_000 }
})
tell({ type: 'ready', addresses: shop.addresses() })
