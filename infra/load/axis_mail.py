"""Senders behind the simulated axis: they put documents for our offices onto it, each sender one after the other.

Like real systems they send some of them again, as when the axis' answer was lost: the same package under another id.
"""

from __future__ import annotations

import hashlib
import random
import uuid
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from infra.axis_simulator.exchange import Exchange
from infra.axis_simulator.packages import new_package
from infra.axis_simulator.store import Store
from services.gateway.wire.bodies import Received
from services.gateway.wire.mailbox import Parcel
from services.gateway.wire.operations import described
from services.gateway.wire.summary import peek

SENDERS = 40
AGAIN = 0.05  # of the documents are sent twice


def fill(folder: Path, receivers: Sequence[str], documents: int, seed: int, senders: int = SENDERS) -> None:
    """Into the store of a running axis. Numbers of a sender go up by one."""
    draw = random.Random(seed)  # noqa: S311
    with closing(Store(folder)) as store:
        exchange, numbers = Exchange(store), dict.fromkeys(map(_code, range(senders)), 0)
        for code in numbers:
            store.seed_agency(code, code, f"Cơ quan gửi {code}")
        for _ in range(documents):
            sender, to = draw.choice(list(numbers)), draw.choice(receivers)
            numbers[sender] += 1
            subject = f"Về việc trao đổi văn bản ({numbers[sender]})"
            body = new_package(sender, f"Cơ quan gửi {sender}", to, subject, numbers[sender])
            for _ in range(2 if draw.random() < AGAIN else 1):
                _send(exchange, sender, to, body)


def _code(number: int) -> str:
    return f"T{number + 1:02d}"


def _send(exchange: Exchange, sender: str, to: str, body: bytes) -> None:
    path = exchange.store.incoming / str(uuid.uuid4())
    path.write_bytes(body)
    received, summary = Received(path, hashlib.sha256(body).hexdigest(), len(body)), peek(path)
    title, notation = described(summary, "edoc")
    exchange.deposit(sender, Parcel(received, sender, "edoc", (to,), title, notation, summary))
