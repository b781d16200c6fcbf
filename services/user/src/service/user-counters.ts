import type { Metrics } from '@toko/runtime'
import type { Context } from '../features/context.ts'

/** Business counters; every label has a closed set of values. */
export function userCounters(metrics: Metrics): Context['count'] {
  const signIns = metrics.counter('toko_sign_ins_total')
  const refreshes = metrics.counter('toko_session_refreshes_total')
  const mails = metrics.counter('toko_mails_total')
  return {
    signIn: (outcome) => signIns.inc({ outcome }),
    refresh: (outcome) => refreshes.inc({ outcome }),
    mail: (outcome) => mails.inc({ outcome }),
  }
}
