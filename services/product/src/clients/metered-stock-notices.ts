import type { Logger, Metrics } from '@toko/runtime'
import type { StockNotices } from '../ports.ts'

/** Notices as a counter by level and a log line with the SKU. A notice that comes twice counts twice. */
export function meteredStockNotices(metrics: Metrics, log: Logger): StockNotices {
  const noticed = metrics.counter('toko_stock_running_low_total')
  return {
    runningLow({ sku, stockLevel, demandPerDay }) {
      noticed.inc({ level: stockLevel })
      log.info({ sku, level: stockLevel, demandPerDay }, 'stock runs low')
    },
  }
}
