"""Forecasts what will be sold, from the orders that the shop tells about.

    AMQP_URL=amqp://… nameko run --config config.yaml service
"""

from __future__ import annotations

import logging
from collections import Counter
from datetime import date, datetime, timezone
from typing import Any

from eventlet import Timeout
from nameko.contextdata import ContextDataProvider
from nameko.events import EventDispatcher, event_handler
from nameko.exceptions import RemoteError, UnknownService
from nameko.rpc import RpcProxy, rpc

from demand import DemandProvider

log = logging.getLogger(__name__)

# Nameko's clients wait for ever; a shop that is away must not hold the workers.
PRODUCT_LIMIT_S = 2


class ProductSilent(Exception):
    """The product service did not answer in time."""


class EventId(ContextDataProvider):
    context_key = "cloudEvents_id"


class EventTime(ContextDataProvider):
    context_key = "cloudEvents_time"


def today() -> date:
    return datetime.now(timezone.utc).date()


class ForecastService:
    name = "forecast"

    demand = DemandProvider()
    event_id = EventId()
    event_time = EventTime()
    product = RpcProxy("product")
    dispatch = EventDispatcher()

    @event_handler("order", "order_confirmed")
    def handle_order_confirmed(self, order: dict[str, Any]) -> None:
        units: Counter[str] = Counter()
        for line in order["lines"]:
            units[line["sku"]] += line["quantity"]
        if self._follow(order, units):
            self._tell_what_runs_low(list(units))

    @event_handler("order", "order_cancelled")
    def handle_order_cancelled(self, order: dict[str, Any]) -> None:
        self._follow(order, Counter())

    @rpc
    def stock_forecast(self, sku: str, days: int) -> dict[str, Any]:
        """Demand for a SKU over the next days, as a moving average."""
        per_day, observed = self.demand.per_day(sku, today())
        expected = round(per_day * days, 3)
        return {"sku": sku, "days": days, "demandPerDay": per_day, "expectedDemand": expected, "observedDays": observed}

    def _follow(self, order: dict[str, Any], units: Counter[str]) -> bool:
        """Events come at least once and in any order; the version decides."""
        day = date.fromisoformat(self.event_time[:10]) if self.event_time else today()
        return self.demand.follow(order["orderId"], order["version"], self.event_id, day, units)

    def _tell_what_runs_low(self, skus: list[str]) -> None:
        try:
            with Timeout(PRODUCT_LIMIT_S, ProductSilent()):
                listed = self.product.list_variants(sku=skus)
        except (ProductSilent, RemoteError, UnknownService) as error:
            log.warning("stock levels unknown: %r", error)  # the next order asks again
            return
        for variant in listed["items"]:
            sku, level = variant["sku"], variant["stockLevel"]
            if self.demand.level_changed(sku, level) and level != "in-stock":
                per_day, _ = self.demand.per_day(sku, today())
                self.dispatch("stock_running_low", {"sku": sku, "stockLevel": level, "demandPerDay": per_day})
