import type { StorySpan } from '@toko/contracts'

export type Attributes = ReadonlyMap<string, unknown>

type FromAttributes = Pick<StorySpan, 'errorType' | 'status' | 'target' | 'isDatabase' | 'messageType' | 'attempt'>

const textOf = (attributes: Attributes, key: string): string | null => {
  const value = attributes.get(key)
  return typeof value === 'string' && value !== '' ? value : null
}

function numberOf(attributes: Attributes, key: string): number | null {
  const number = Number(attributes.get(key) ?? Number.NaN)
  return Number.isInteger(number) ? number : null
}

/** What the story needs of a span's attributes, whichever store they come from. */
export function fromAttributes(attributes: Attributes): FromAttributes {
  const called = textOf(attributes, 'rpc.service')
  const isCall = (textOf(attributes, 'messaging.destination.name') ?? '').includes('rpc')
  return {
    errorType: textOf(attributes, 'error.type'),
    status: numberOf(attributes, 'http.response.status_code'),
    target: textOf(attributes, 'server.address') ?? (called === null ? null : `${called}-service`),
    isDatabase: attributes.has('db.system.name'),
    messageType: isCall ? null : textOf(attributes, 'messaging.rabbitmq.destination.routing_key'),
    attempt: numberOf(attributes, 'toko.message.attempt'),
  }
}
