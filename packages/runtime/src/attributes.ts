/** Every attribute that a span of the shop may have, with what it says. The names are those of the semantic conventions where they have one. */
export const attributeRegistry = {
  'http.request.method': 'method of a request; _OTHER for one that no client of an API uses',
  'http.route': 'template of the declared route, or "unmatched"',
  'http.response.status_code': 'status of the answer',
  'http.request.resend_count': 'which repeat of the call this is; absent on the first try',
  'url.template': 'template of the path that a client calls',
  'server.address': 'name of the service that is called',
  'server.port': 'its port',
  'error.type': 'what went wrong, of low cardinality; absent on success',
  'otel.status_code': 'ERROR, on failed spans alone: by this tag every trace store finds them',
  'db.system.name': 'mongodb',
  'db.namespace': 'database',
  'db.operation.name': 'command',
  'db.collection.name': 'collection',
  'messaging.system': 'rabbitmq, or toko_in_process',
  'messaging.operation.name': 'publish or process',
  'messaging.operation.type': 'send or process',
  'messaging.destination.name': 'exchange of a publish, queue of a process',
  'messaging.rabbitmq.destination.routing_key': 'routing key',
  'messaging.message.id': 'id of the message',
  'messaging.message.body.size': 'bytes of the body',
  'messaging.message.conversation_id': 'subject of an event, correlation id of a call',
  'rpc.system': 'nameko',
  'rpc.service': 'service that is called',
  'rpc.method': 'its method',
  'order.id': 'order that the work is about',
  'toko.message.attempt': 'which delivery of the message this is, from 1',
  'toko.resend_count': 'which repeat of an RPC this is; absent on the first try',
  'toko.saga.step': 'step of the order saga',
} as const

export type AttributeName = keyof typeof attributeRegistry

/** Attributes of a span: `{ … } satisfies SpanAttributes` where it is made. */
export type SpanAttributes = { readonly [N in AttributeName]?: string | number }
