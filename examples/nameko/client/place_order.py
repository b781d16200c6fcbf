"""Places an order through toko's RPC and reads it back, as a customer.

    TOKO_EMAIL=… TOKO_PASSWORD=… AMQP_URL=amqp://… python place_order.py SKU [--quantity 2] [--method card_ok]

Prints the order as JSON. Ends with 1 and one line when the shop refuses.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
import urllib.request
import uuid
from typing import Any

from nameko.exceptions import IncorrectSignature, RemoteError, RpcTimeout, UnknownService
from nameko.standalone.rpc import ClusterRpcProxy

# A standalone client gives up after this; Nameko's default is to wait for ever.
TIMEOUT_S = 5
# An accepted order is finished by the shop, whatever happens to this client.
PATIENCE_S = 30
UNDER_WAY = {"pending", "reserved", "paying", "authorised", "cancelling", "voiding"}


class PricesUnknown(Exception):
    """The cart has no total: its prices can't be asked for now."""


def sign_in(user_url: str, email: str, password: str) -> str:
    """The access token of a customer. It counts for five minutes, over HTTP as over RPC."""
    body = json.dumps({"email": email, "password": password}).encode()
    request = urllib.request.Request(f"{user_url}/sessions", body, {"content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:
        return json.load(answer)["accessToken"]


def order_sku(rpc: ClusterRpcProxy, sku: str, quantity: int, method: str) -> dict[str, Any]:
    """Fills a cart, orders it, and waits for the outcome."""
    cart = rpc.order.create_cart()["cart"]
    cart = rpc.order.set_cart_line(id=cart["id"], sku=sku, quantity=quantity)
    if cart["total"] is None:
        raise PricesUnknown(", ".join(warning["code"] for warning in cart["warnings"]))
    order = rpc.order.place_order(
        cartId=cart["id"],
        expectedTotal=cart["total"],
        paymentMethod=method,
        # The same key for every repeat of this order: a call whose reply was lost may have been executed.
        idempotencyKey=str(uuid.uuid4()),
        prefer="wait=2",
    )
    until = time.monotonic() + PATIENCE_S
    while True:
        order = rpc.order.get_order(id=order["id"])
        if order["status"] not in UNDER_WAY or time.monotonic() > until:
            return order
        time.sleep(0.1)


def main() -> int:
    arguments = argparse.ArgumentParser(description="Order a SKU through toko's RPC.")
    arguments.add_argument("sku")
    arguments.add_argument("--quantity", type=int, default=1)
    arguments.add_argument("--method", default="card_ok")
    given = arguments.parse_args()

    user_url = os.environ.get("TOKO_USER_URL", "http://127.0.0.1:8001")
    config = {"AMQP_URI": os.environ["AMQP_URL"]}
    token = sign_in(user_url, os.environ["TOKO_EMAIL"], os.environ["TOKO_PASSWORD"])
    try:
        # Nameko sends the context with every call; toko takes the token from there.
        with ClusterRpcProxy(config, context_data={"auth_token": token}, timeout=TIMEOUT_S) as rpc:
            order = order_sku(rpc, given.sku, given.quantity, given.method)
    except (IncorrectSignature, PricesUnknown, RemoteError, RpcTimeout, UnknownService) as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    json.dump(order, sys.stdout, indent=2)
    print()
    return 0


if __name__ == "__main__":
    sys.exit(main())
