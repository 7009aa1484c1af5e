"""The embedded default under blows: the services in one process on SQLite, the simulated axis beside it.

Looks to a fault run like a stack of one process; what cannot die apart (a service, the broker) dies together.
"""

from __future__ import annotations

import json
import sqlite3
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from infra.demo.province import CENTRE, axis_command
from infra.local_servers import free_port
from infra.processes import Process
from infra.stack import qlvb, services, tail

ALL = "all"
SECRET = "khoa-thu-nghiem"  # noqa: S105 - of the simulator on this machine, which guards nothing


class Embedded:
    """Started, tended (what dies is started again) and ended by a fault run. `names`: not every service;
    `axis_port`: where the gateway finds the axis, 0: the simulator itself."""

    def __init__(self, folder: Path, settings: dict[str, str], axis_port: int = 0, names: Sequence[str] = ()) -> None:
        self.folder = folder.resolve()
        self.data, self.logs = self.folder / "data", self.folder / "logs"
        for path in (self.data, self.logs):
            path.mkdir(parents=True, exist_ok=True)
        self.names, self.simulator_port, self.port = list(names) or services(), free_port(), free_port()
        environment = {
            "QLVB_DATA_DIR": str(self.data),
            "QLVB_DEMO": "true",
            "QLVB_AXIS_NATIONAL": f"http://127.0.0.1:{axis_port or self.simulator_port}|{CENTRE}|{SECRET}",
            "QLVB_LOG_LEVEL": "warning",
            **settings,
        }
        command = axis_command(self.folder, self.data / "secrets", self.simulator_port, SECRET, {})
        whole = [*qlvb("serve", *(names or [ALL])), "--port", str(self.port)]
        self.processes = {
            "axis": [Process("axis-1", command, {}, self.logs / "axis.log")],
            ALL: [Process("all-1", whole, environment, self.logs / "all.log")],
        }
        self._ended = threading.Event()
        self._watcher = threading.Thread(target=self._tend, daemon=True, name="tend")

    def url(self, service: str) -> str:
        return f"http://127.0.0.1:{self.port}/api/{service}"

    def all(self) -> list[Process]:
        return [process for found in self.processes.values() for process in found]

    def start(self) -> None:
        """Returns when every service is ready."""
        for process in self.all():
            process.start()
        self.wait_ready()
        self._watcher.start()

    def stop(self) -> None:
        self._ended.set()
        if self._watcher.is_alive():
            self._watcher.join(5)
        for process in self.all():
            process.stop()

    def wait_ready(self, seconds: float = 90) -> None:
        """Raises TimeoutError with the end of the log."""
        until = time.monotonic() + seconds
        while not all(self._ready(name) for name in self.names):
            if time.monotonic() > until:
                raise TimeoutError(f"not ready:\n{tail(self.logs / 'all.log')}")
            time.sleep(0.1)

    def _ready(self, name: str) -> bool:
        path = "/health/ready" if name == "portal" else f"/api/{name}/health/ready"
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=3) as answer:
                return bool(json.load(answer))
        except (urllib.error.URLError, OSError, ValueError):
            return False

    async def outbox_waits(self, service: str) -> bool:
        """Whether facts lie in a service's outbox: the relay is just about to publish them."""
        path = self.data / f"{service}.sqlite"
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=5)) as database:
            return bool(database.execute("SELECT EXISTS (SELECT * FROM outbox)").fetchone()[0])

    def shares(self, service: str) -> dict[str, int]:
        return {}  # one process carries everything

    def _tend(self) -> None:
        while not self._ended.wait(0.3):
            for process in self.all():
                if process.wanted and not process.alive():
                    process.start()
