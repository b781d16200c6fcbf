import type { Metrics } from '@toko/runtime'
import type { Context } from '../features/context.ts'

/** Business counters; every label has a closed set of values. */
export function userCounters(metrics: Metrics): Context['count'] {
  const signIns = metrics.counter('toko_sign_ins_total', 'Attempts to sign in', ['outcome'])
  const refreshes = metrics.counter('toko_session_refreshes_total', 'Uses of refresh tokens', ['outcome'])
  const mails = metrics.counter('toko_mails_total', 'Mails by what became of an attempt', ['outcome'])
  return {
    signIn: (outcome) => signIns.inc({ outcome }),
    refresh: (outcome) => refreshes.inc({ outcome }),
    mail: (outcome) => mails.inc({ outcome }),
  }
}
