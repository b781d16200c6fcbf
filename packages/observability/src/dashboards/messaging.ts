import { outboxes, queues } from './messaging-queues.ts'
import { invariants, sagas } from './messaging-sagas.ts'
import type { DashboardSpec } from './panel.ts'

export const messaging: DashboardSpec = {
  uid: 'toko-messaging',
  title: 'toko: messages and sagas',
  description: 'What happens after the answer: outboxes, queues, handlers, and the steps of every order.',
  rows: [invariants, outboxes, queues, sagas],
}
