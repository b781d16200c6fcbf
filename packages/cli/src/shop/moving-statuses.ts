/** Statuses that an order leaves by itself: somebody works on it, and nobody else is waited for. */
export const movingStatuses: ReadonlySet<string> = new Set([
  'pending',
  'paying',
  'authorised',
  'voiding',
  'cancelling',
  'freeing',
  'refunding',
])
