import { type Order, orderObjectiveSeconds, type OrderStatus, type OrderStory } from '@toko/contracts'
import { causeOf } from './cause-of.ts'
import { type StoryFacts, valueOf } from './facts.ts'
import { storyEvents } from './story-events.ts'
import { isRead, tracesOf } from './traces-of.ts'
import { whatIsMissing } from './what-is-missing.ts'

/** Puts together what each source told: the cause, the order of events, and what is missing. */
export function tellStory(given: StoryFacts): OrderStory {
  const traces = tracesIn(given.spans)
  const spans = 'fault' in traces ? traces : { value: traces.value.flatMap((trace) => trace.spans) }
  const facts = { ...given, spans }
  const { nowMs: _, spans: __, ...told } = facts
  const objective = objectiveOf(facts)
  return {
    ...told,
    traces,
    objective,
    cause: causeOf(facts, valueOf(traces) ?? [], objective.isMet),
    events: storyEvents(facts),
    missing: whatIsMissing(facts),
  }
}

/** Who only looks changes nothing, such as whoever reads this story: a read is told where it failed. */
function tracesIn(spans: StoryFacts['spans']): OrderStory['traces'] {
  if ('fault' in spans) return spans
  return { value: tracesOf(spans.value).filter((trace) => !isRead(trace) || trace.rootCause !== null) }
}

const ends: ReadonlySet<OrderStatus> = new Set(['confirmed', 'rejected', 'cancelled', 'expired'])

/** The time until its placement ended, or until now; waiting for the customer to pay does not count. */
function objectiveOf({ order, audited, nowMs }: StoryFacts): OrderStory['objective'] {
  const history = valueOf(audited)?.history ?? []
  const end = history.find(({ status }) => ends.has(status))
  const untilMs = end ? Date.parse(end.at) : nowMs
  const seconds = (untilMs - Date.parse(order.createdAt)) / 1000
  const isLate = seconds > orderObjectiveSeconds && !isCustomersTurn(order)
  return {
    slo: 'order-outcome',
    limitSeconds: orderObjectiveSeconds,
    seconds,
    isMet: isLate ? false : end ? true : null,
  }
}

const isCustomersTurn = ({ status, reason }: Order): boolean => status === 'reserved' || reason === 'unpaid-timeout'
