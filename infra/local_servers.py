"""RabbitMQ and PostgreSQL from Debian packages on private ports and folders, for tests, benchmarks and `make stack`.

Everything listens on 127.0.0.1 and keeps its state in the given folder; `stop` ends exactly what `start` began.
"""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

POSTGRES_BIN = Path("/usr/lib/postgresql/15/bin")
RABBIT = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")

SERVER_PORTS = (15_000, 32_000)
STARTS = 3  # tries: the port mapper of a broker that has just ended may still be in the way


def available() -> bool:
    return RABBIT.exists() and (POSTGRES_BIN / "initdb").exists()


def free_port() -> int:
    """Below those which the system lends to outgoing connections: one kept for a server that is down stays free."""
    draw = random.SystemRandom()
    while True:
        port = draw.randrange(*SERVER_PORTS)
        with socket.socket() as s, contextlib.suppress(OSError):
            s.bind(("127.0.0.1", port))
            return port


def wait_for_port(port: int, seconds: float, process: subprocess.Popen[bytes] | None = None) -> None:
    """Until something accepts connections on the port. Raises TimeoutError, or RuntimeError when the process ended."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if process is not None and process.poll() is not None:
            raise RuntimeError(f"{process.args!r} ended with {process.returncode}")
        with socket.socket() as s:
            s.settimeout(1)
            if s.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError(f"nothing listens on port {port}")


def _as(user: str) -> list[str]:
    """Nothing stays between us and the server: signals reach the server itself (runuser would kill it after 2 s)."""
    return ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups"] if os.geteuid() == 0 else []


def _own(folder: Path, user: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if os.geteuid() == 0:
        shutil.chown(folder, user)


@dataclass
class Postgres:
    folder: Path
    port: int = field(default_factory=free_port)

    def start(self) -> None:
        data = self.folder / "pgdata"
        if not data.exists():
            _own(self.folder, "postgres")
            init = [POSTGRES_BIN / "initdb", "-D", data, "-E", "UTF8", "--locale=C.UTF-8", "-A", "trust", "-U", "qlvb"]
            self._run(*init)
        options = f"-c listen_addresses=127.0.0.1 -c port={self.port} -c unix_socket_directories={data}"
        options += " -c max_connections=300 -c fsync=on"
        self._run(POSTGRES_BIN / "pg_ctl", "-D", data, "-w", "-l", data / "log", "-o", options, "start")

    def stop(self, mode: str = "fast") -> None:
        if not (self.folder / "pgdata" / "postmaster.pid").exists():
            return
        self._run(POSTGRES_BIN / "pg_ctl", "-D", self.folder / "pgdata", "-w", "-m", mode, "stop")

    def create(self, *names: str) -> None:
        """Databases, one a service; existing ones stay."""
        for name in names:
            command = [POSTGRES_BIN / "createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "qlvb", name]
            subprocess.run([str(part) for part in command], check=False, stderr=subprocess.DEVNULL, cwd="/tmp")  # noqa: S108

    def url(self, service: str = "{service}") -> str:
        return f"postgresql+asyncpg://qlvb@127.0.0.1:{self.port}/{service}"

    def _run(self, *command: object) -> None:
        line = [*_as("postgres"), *(str(part) for part in command)]
        # A session of its own: Ctrl-C is for us, and we end the server when its users are gone.
        subprocess.run(line, check=True, stdout=subprocess.DEVNULL, cwd=self.folder, start_new_session=True)


@dataclass
class Rabbit:
    folder: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    epmd_port: int = field(default_factory=free_port)
    dist_port: int = field(default_factory=free_port)

    def start(self) -> None:
        _own(self.folder, "rabbitmq")
        config = self.folder / "rabbitmq.conf"
        config.write_text(
            f"listeners.tcp.1 = 127.0.0.1:{self.port}\n"
            "vm_memory_high_watermark.absolute = 1GB\ndisk_free_limit.absolute = 50MB\nlog.console.level = error\n"
        )
        (self.folder / "enabled_plugins").write_text("[].\n")
        for _ in range(STARTS - 1):
            with contextlib.suppress(RuntimeError):
                return self._start()
        return self._start()

    def _start(self) -> None:
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [*_as("rabbitmq"), "env", *(f"{k}={v}" for k, v in self.environment().items()), str(RABBIT)],
                stdout=log,
                stderr=log,
                cwd=self.folder,
                start_new_session=True,
            )
        wait_for_port(self.port, 60, self.process)

    def environment(self) -> dict[str, str]:
        folder = self.folder
        return {
            "HOME": str(folder),
            "RABBITMQ_NODENAME": f"qlvb{self.port}@localhost",
            "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
            "RABBITMQ_LOG_BASE": str(folder / "log"),
            "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
            "RABBITMQ_PID_FILE": str(folder / "pid"),
            "RABBITMQ_DIST_PORT": str(self.dist_port),
            "ERL_EPMD_PORT": str(self.epmd_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 2:2 -kernel inet_dist_use_interface {127,0,0,1}",
        }

    def stop(self) -> None:
        """End the server and its port mapper (epmd): they are one session, begun by `start`."""
        if self.process is None:
            return
        self._signal(signal.SIGTERM)
        if not self._all_gone(30):
            self._signal(signal.SIGKILL)
        self.process.wait(10)
        epmd = {**os.environ, "ERL_EPMD_PORT": str(self.epmd_port)}
        subprocess.run(["epmd", "-kill"], env=epmd, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.process = None

    def kill(self) -> None:
        """kill -9 of the server; its data stay as they are. `start` brings it up again."""
        if self.process is not None:
            self._signal(signal.SIGKILL)
            self._all_gone(10)
            self.process = None

    def _all_gone(self, seconds: float) -> bool:
        """Wait for every process of the session, not only for the first one: the server ends after its shell."""
        assert self.process is not None
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.process.poll()
            if not self._signal(0):
                return True
            time.sleep(0.02)
        return False

    def _signal(self, number: int) -> bool:
        assert self.process is not None
        try:
            os.killpg(self.process.pid, number)
        except ProcessLookupError:
            return False
        return True

    def url(self) -> str:
        return f"amqp://guest:guest@127.0.0.1:{self.port}/"
