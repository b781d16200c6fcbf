import { run, UserFaultError } from '@toko/runtime'
import { createShop } from './shop.ts'

const tell = (message: object) => process.send?.(message)
try {
  const shop = await createShop(process.env, { onProgress: (progress) => tell({ type: 'progress', progress }) })
  // Started by `toko run`: it has the terminal, so its end is ours.
  process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'))
  await run(shop, { log: shop.log, drainDelayMs: 0, graceMs: 25_000 })
  tell({ type: 'ready', addresses: shop.addresses() })
} catch (error) {
  if (!(error instanceof UserFaultError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exit(1)
}
