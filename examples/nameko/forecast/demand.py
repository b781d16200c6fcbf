"""What was ordered, kept in SQLite: one row per order at its newest version, its units by SKU and day."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from datetime import date, timedelta

from nameko.extensions import DependencyProvider

WINDOW_DAYS = 28

SCHEMA = """
CREATE TABLE IF NOT EXISTS orders (
    order_id TEXT PRIMARY KEY,
    version INTEGER NOT NULL,
    event_id TEXT  -- of the event that told this version
);
CREATE TABLE IF NOT EXISTS demand (
    order_id TEXT NOT NULL,
    sku TEXT NOT NULL,
    day TEXT NOT NULL,
    units INTEGER NOT NULL,
    PRIMARY KEY (order_id, sku)
);
CREATE INDEX IF NOT EXISTS demand_by_sku ON demand (sku, day);
CREATE TABLE IF NOT EXISTS levels (sku TEXT PRIMARY KEY, level TEXT NOT NULL);
"""

# Only a newer version may replace what is known; a repeat of an event changes nothing.
FOLLOW = """
INSERT INTO orders (order_id, version, event_id) VALUES (?, ?, ?)
ON CONFLICT (order_id) DO UPDATE SET version = excluded.version, event_id = excluded.event_id
WHERE excluded.version > orders.version
"""


class Demand:
    """Every method is one transaction."""

    def __init__(self, path: str) -> None:
        self._db = sqlite3.connect(path)
        self._db.executescript(SCHEMA)

    def follow(self, order_id: str, version: int, event_id: str | None, day: date, units: Mapping[str, int]) -> bool:
        """Takes over an order as it is at a version. False: this version, or a newer one, is known already."""
        with self._db as db:
            if db.execute(FOLLOW, (order_id, version, event_id)).rowcount == 0:
                return False
            db.execute("DELETE FROM demand WHERE order_id = ?", (order_id,))
            rows = [(order_id, sku, day.isoformat(), count) for sku, count in units.items()]
            db.executemany("INSERT INTO demand (order_id, sku, day, units) VALUES (?, ?, ?, ?)", rows)
            return True

    def per_day(self, sku: str, today: date) -> tuple[float, int]:
        """Mean units per day, and of how many days: those since the first order, WINDOW_DAYS at most."""
        (first,) = self._db.execute("SELECT min(day) FROM demand").fetchone()
        if first is None:
            return 0.0, 0
        days = min(WINDOW_DAYS, max(1, (today - date.fromisoformat(first)).days + 1))
        after = (today - timedelta(days=days)).isoformat()
        query = "SELECT coalesce(sum(units), 0) FROM demand WHERE sku = ? AND day > ?"
        (units,) = self._db.execute(query, (sku, after)).fetchone()
        return round(units / days, 3), days

    def level_changed(self, sku: str, level: str) -> bool:
        """Remembers a stock level. True when it was another before, so that each change is told once."""
        query = """INSERT INTO levels (sku, level) VALUES (?, ?)
                   ON CONFLICT (sku) DO UPDATE SET level = excluded.level WHERE excluded.level <> levels.level"""
        with self._db as db:
            return db.execute(query, (sku, level)).rowcount == 1

    def close(self) -> None:
        self._db.close()


class DemandProvider(DependencyProvider):
    """Gives workers the store of this process; its file is FORECAST_DB of the configuration."""

    def setup(self) -> None:
        self.demand = Demand(self.container.config["FORECAST_DB"])

    def get_dependency(self, worker_ctx: object) -> Demand:
        return self.demand

    def stop(self) -> None:
        self.demand.close()
