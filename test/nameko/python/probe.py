"""A Nameko service that does on request what services do: answer, fail, call others, tell events."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from nameko.events import EventDispatcher, event_handler
from nameko.extensions import DependencyProvider
from nameko.rpc import RpcProxy, rpc


class Context(DependencyProvider):
    """Everything that came with the call beside its arguments."""

    def get_dependency(self, worker_ctx: Any) -> dict[str, Any]:
        return {**worker_ctx.data, "call_id_stack": worker_ctx.call_id_stack}


class ProbeError(Exception):
    pass


class Unserialisable:
    pass


class ProbeService:
    name = "probe"

    context = Context()
    node = RpcProxy("nodeprobe")
    order = RpcProxy("order")
    ghost = RpcProxy("ghost")
    dispatch = EventDispatcher()
    heard: list[dict[str, Any]] = []  # shared by all workers of the process

    @rpc
    def echo(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {"args": args, "kwargs": kwargs, "context": self.context}

    @rpc
    def fail(self, text: str, number: int) -> None:
        raise ProbeError(text, number)

    @rpc
    def unserialisable(self) -> Unserialisable:
        return Unserialisable()

    @rpc
    def money(self) -> dict[str, Any]:
        return {"amount": Decimal("10.10")}

    @rpc
    def relay(self, target: str, method: str, kwargs: dict[str, Any]) -> Any:
        """Calls another service and answers what it answered."""
        return getattr(getattr(self, target), method)(**kwargs)

    @rpc
    def tell(self, event: str, data: Any) -> None:
        self.dispatch(event, data)

    @event_handler("nodeprobe", "said")
    def hear(self, data: Any) -> None:
        self.heard.append({"data": data, "context": self.context})

    @rpc
    def heard_so_far(self) -> list[dict[str, Any]]:
        return self.heard
