"""`make stack`: the system as in production, on this machine without containers.

RabbitMQ and PostgreSQL from Debian packages on private ports and folders, a database a service, every service in
processes of its own (`replicas` of it behind a balancer), and the simulated national axis. State and logs are under
`var/stack`; a second start keeps the data. Ctrl-C ends everything that was started here, by process id.
"""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import secrets
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from importlib.metadata import entry_points
from pathlib import Path
from typing import IO

import asyncpg

from infra.balancer import Balancer
from infra.demo.province import CENTRE, axis_command
from infra.local_servers import Postgres, Rabbit, available, free_port, wait_for_port
from infra.processes import Process

SERVICES = Path(__file__).parent.parent / "services"
COUNTED = ("qlvb_messages_total{", "qlvb_http_requests_total{")
MISSING = "Cần RabbitMQ và PostgreSQL: apt-get install rabbitmq-server postgresql-15 (không tự khởi động chúng)."


def services() -> list[str]:
    """The services of this distribution, identity first: the others fetch its keys."""
    names = [
        entry.name for entry in entry_points(group="qlvb.services") if (SERVICES / entry.name / "service.py").exists()
    ]
    return sorted(names, key=lambda name: (name != "identity", name))


def find_folder(wanted: Path) -> Path:
    """`wanted`, or a folder under the temporary one where the servers' own users can come (not into /root)."""
    wanted.mkdir(parents=True, exist_ok=True)
    wanted = wanted.resolve()
    if os.geteuid() != 0:
        return wanted
    test = ["runuser", "-u", "postgres", "--", "test", "-x", str(wanted)]
    if subprocess.run(test, check=False).returncode == 0:
        return wanted
    other = Path(tempfile.gettempdir()) / f"qlvb-stack-{sha256(str(wanted).encode()).hexdigest()[:12]}"
    other.mkdir(mode=0o755, exist_ok=True)
    return other


@dataclass
class Stack:
    """Everything that runs. `replicas` by service name, 1 where not named."""

    folder: Path
    port: int = 0  # of the portal; 0: a free one
    replicas: dict[str, int] = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)  # further QLVB_… of every service
    names: list[str] = field(default_factory=services)
    behaviours: dict[str, str] = field(default_factory=dict)  # of simulated offices, where not "finish"
    axis_port: int = 0  # where the gateways find the axis; 0: the simulator itself
    say: Callable[[str], None] = lambda text: None

    def __post_init__(self) -> None:
        self.folder = find_folder(self.folder)
        self.data, self.logs = self.folder / "data", self.folder / "logs"
        for path in (self.data, self.logs):
            path.mkdir(parents=True, exist_ok=True)
        kept = _Kept(self.folder / "ports.json")
        self.postgres = Postgres(self.folder / "pg", kept.port("postgres"))
        self.rabbit = Rabbit(
            self.folder / "mq", kept.port("rabbit"), epmd_port=kept.port("epmd"), dist_port=kept.port("dist")
        )
        self.simulator_port = kept.port("axis")
        self.ports = {name: kept.port(name) for name in self.names}
        if self.port:
            self.ports["portal"] = self.port
        self.secret, self.axis_secret = kept.text("secret"), kept.text("axis-secret")
        self.processes: dict[str, list[Process]] = {}
        self._balancers: list[Balancer] = []
        self._watching = threading.Event()
        self._watcher: threading.Thread | None = None
        self._lock: IO[str] | None = None

    def url(self, service: str) -> str:
        return f"http://127.0.0.1:{self.ports[service]}"

    def all(self) -> list[Process]:
        return [process for found in self.processes.values() for process in found]

    def start(self) -> None:
        """Servers, then the axis, then the services; returns when every one is ready."""
        if not available():
            raise RuntimeError(MISSING)
        self._claim()
        self.say("PostgreSQL …")
        self.postgres.start()
        self.postgres.create(*self.names)
        self.say("RabbitMQ …")
        self.rabbit.start()
        self._run_once("queues", *self.names)
        self._start_axis()
        for name in self.names:
            self._start_service(name)
        self.wait_ready()
        self._watcher = threading.Thread(target=self._tend, daemon=True, name="tend")
        self._watcher.start()

    def stop(self) -> None:
        """End what was started here, in the opposite order."""
        self._watching.set()
        if self._watcher:
            self._watcher.join(5)
        for process in self.all():
            process.ask_to_end()
        for process in self.all():
            process.stop()
        for balancer in self._balancers:
            balancer.stop()
        if self._lock is None:
            return  # nothing was started: another stack owns the folder
        self.rabbit.stop()
        self.postgres.stop()
        self._lock.close()
        self._lock = None

    def environment(self, **more: str) -> dict[str, str]:
        """The settings of every service (`shared/settings.py`)."""
        axis = f"http://127.0.0.1:{self.axis_port or self.simulator_port}|{CENTRE}|{self.axis_secret}"
        return {
            "QLVB_DATA_DIR": str(self.data),
            "QLVB_DATABASE_URL": self.postgres.url(),
            "QLVB_BUS_URL": self.rabbit.url(),
            "QLVB_SERVICE_URLS": json.dumps({name: self.url(name) for name in self.names}),
            "QLVB_SERVICE_SECRET": self.secret,
            "QLVB_DEMO": "true",
            "QLVB_AXIS_NATIONAL": axis,
            "QLVB_LOG_LEVEL": "warning",
            "MALLOC_ARENA_MAX": "2",  # else each thread that held a large body keeps memory of its own
            **self.settings,
            **more,
        }

    def _claim(self) -> None:
        """One stack a folder. Raises RuntimeError when another one runs in it."""
        lock = (self.folder / "lock").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.close()
            raise RuntimeError(f"Một hệ thống khác đang chạy trong {self.folder}.") from error
        self._lock = lock

    def ready(self, port: int) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=3) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def shares(self, service: str) -> dict[str, int]:
        """Messages handled by each replica since its start, and requests answered: who carries how much."""
        found = {}
        for process in self.processes[service]:
            with urllib.request.urlopen(f"http://127.0.0.1:{process.environment['QLVB_PORT']}/metrics") as answer:
                text = answer.read().decode()
            counted = [line for line in text.splitlines() if line.startswith(COUNTED)]
            found[process.name] = int(sum(float(line.rsplit(" ", 1)[1]) for line in counted))
        return found

    async def outbox_waits(self, service: str) -> bool:
        """Whether facts lie in a service's outbox: the relay is just about to publish them."""
        connection = await asyncpg.connect(self.postgres.url(service).replace("+asyncpg", ""), timeout=5)
        try:
            return bool(await connection.fetchval("SELECT EXISTS (SELECT FROM outbox)"))
        finally:
            await connection.close()

    def wait_ready(self, seconds: float = 90) -> None:
        """Raises TimeoutError naming the service that does not become ready, with the end of its log."""
        until = time.monotonic() + seconds
        for process in [p for name in self.names for p in self.processes[name]]:
            while not self.ready(int(process.environment["QLVB_PORT"])):
                if time.monotonic() > until:
                    raise TimeoutError(f"{process.name} is not ready; {process.log} ends:\n{tail(process.log)}")
                if not process.alive():
                    process.start()  # it came before what it needs
                time.sleep(0.1)

    def _start_axis(self) -> None:
        secrets_of = self.data / "secrets"
        command = axis_command(self.folder, secrets_of, self.simulator_port, self.axis_secret, self.behaviours)
        self._begin("axis", 1, command, {})
        wait_for_port(self.simulator_port, 30)

    def _start_service(self, name: str) -> None:
        count = self.replicas.get(name, 1)
        ports = [self.ports[name]] if count == 1 else [free_port() for _ in range(count)]
        if count > 1:
            balancer = Balancer(self.ports[name], ports)
            balancer.start()
            self._balancers.append(balancer)
        for number, port in enumerate(ports, start=1):
            command = [*qlvb("serve", name), "--port", str(port)]
            self._begin(name, number, command, self.environment(QLVB_PORT=str(port)))
        self.say(f"{name} {self.url(name)}" + (f" × {count}" if count > 1 else ""))

    def _begin(self, name: str, number: int, command: list[str], environment: dict[str, str]) -> None:
        label = f"{name}-{number}"
        process = Process(label, command, environment, self.logs / f"{label}.log")
        process.start()
        self.processes.setdefault(name, []).append(process)

    def _run_once(self, *arguments: str) -> None:
        subprocess.run(qlvb(*arguments), env={**os.environ, **self.environment()}, check=True)

    def _tend(self) -> None:
        """Start again what died, as an init system does in production."""
        while not self._watching.wait(0.3):
            for process in self.all():
                if process.wanted and not process.alive():
                    process.start()


class _Kept:
    """Ports and secrets chosen once: the next start finds its data and its peers where they were."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._values: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}

    def port(self, name: str) -> int:
        return int(self._value(f"port-{name}", lambda: str(free_port())))

    def text(self, name: str) -> str:
        return self._value(name, lambda: secrets.token_urlsafe(24))

    def _value(self, name: str, make: Callable[[], str]) -> str:
        if name not in self._values:
            self._values[name] = make()
            self._path.touch(mode=0o600)
            self._path.write_text(json.dumps(self._values, indent=1))
        return self._values[name]


def qlvb(*arguments: str) -> list[str]:
    """Our command line in this interpreter."""
    return [sys.executable, "-m", "shared.cli", *arguments]


def tail(path: Path, lines: int = 15) -> str:
    return "\n".join(path.read_text(errors="replace").splitlines()[-lines:]) if path.exists() else ""


@contextmanager
def running(stack: Stack) -> Iterator[Stack]:
    """The stack, started; ended whatever happens."""
    try:
        stack.start()
        yield stack
    finally:
        stack.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8400, help="TCP port of the portal")
    parser.add_argument("--replicas", type=int, default=1, help="processes of gateway and of registry")
    parser.add_argument("--only", nargs="*", help="these services alone")
    parser.add_argument("--folder", type=Path, default=Path("var/stack"))
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    replicas = {"gateway": options.replicas, "registry": options.replicas}
    names = options.only or services()
    stack = Stack(
        options.folder, options.port, replicas, names=names, say=lambda text: print(f"==> {text}", flush=True)
    )
    try:
        with running(stack):
            print(f"==> {stack.url('portal')}   nhật ký: {stack.logs}   Ctrl-C để dừng", flush=True)
            signal.pause()
    except KeyboardInterrupt:
        print("\n==> đã dừng")


if __name__ == "__main__":
    main()
