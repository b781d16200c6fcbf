import type { Pace } from '../slo/windows.ts'
import { burnRateAlerts } from './burn-rate.ts'
import { causeAlerts } from './causes.ts'
import { correctnessAlerts } from './correctness.ts'
import { lossAlerts } from './loss.ts'
import type { Alert } from './rule.ts'
import { watcherAlerts } from './watchers.ts'

/** Every alert at a pace, by group of rules. */
export const alertsAt = (pace: Pace): Readonly<Record<string, readonly Alert[]>> => ({
  'toko-slo': burnRateAlerts(pace),
  'toko-correctness': correctnessAlerts(pace),
  'toko-loss': lossAlerts(pace),
  'toko-causes': causeAlerts(pace),
  'toko-watchers': watcherAlerts(pace),
})
