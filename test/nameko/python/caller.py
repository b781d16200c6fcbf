"""Calls services as a program outside of Nameko's services does. Reads a list of calls as JSON, writes their outcomes.

A call: {"service", "method", "args", "kwargs", "context"}, or {"service", "method", "body"} to send a body as it is.
An outcome: {"result"} or {"error": class, "type", "path", "text"}.
"""

from __future__ import annotations

import json
import os
import sys
import uuid
from typing import Any

from kombu import Connection, Consumer, Exchange, Producer, Queue
from nameko.exceptions import RemoteError, deserialize
from nameko.standalone.rpc import ClusterRpcProxy

TIMEOUT_S = 10
AMQP_URI = os.environ["AMQP_URL"]


def call(rpc: ClusterRpcProxy, service: str, method: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
    return getattr(getattr(rpc, service), method)(*args, **kwargs)


def send_body(service: str, method: str, body: Any) -> Any:
    """A request that Nameko's own clients would not make, and what they make of its reply."""
    exchange = Exchange("nameko-rpc", "topic", durable=True)
    reply_to = str(uuid.uuid4())
    replies: list[Any] = []
    with Connection(AMQP_URI) as connection:
        queue = Queue(f"rpc.reply-caller-{reply_to}", exchange, routing_key=reply_to, exclusive=True, auto_delete=True)
        with Consumer(connection, [queue], callbacks=[lambda reply, _: replies.append(reply)], no_ack=True):
            Producer(connection.channel(), exchange, serializer="json").publish(
                body, routing_key=f"{service}.{method}", reply_to=reply_to, correlation_id=reply_to, mandatory=True
            )
            while not replies:
                connection.drain_events(timeout=TIMEOUT_S)
    error = replies[0].get("error")
    if error:
        raise deserialize(error)
    return replies[0]["result"]


def outcome_of(request: dict[str, Any]) -> dict[str, Any]:
    service, method = request["service"], request["method"]
    try:
        if "body" in request:
            return {"result": send_body(service, method, request["body"])}
        config = {"AMQP_URI": AMQP_URI}
        with ClusterRpcProxy(config, context_data=request.get("context", {}), timeout=TIMEOUT_S) as rpc:
            return {"result": call(rpc, service, method, request.get("args", []), request.get("kwargs", {}))}
    except RemoteError as error:
        return {"error": "RemoteError", "type": error.exc_type, "text": error.value}
    except Exception as error:  # whatever a caller can meet is an outcome here
        return {"error": type(error).__name__, "text": str(error)}


if __name__ == "__main__":
    json.dump([outcome_of(request) for request in json.load(sys.stdin)], sys.stdout)
