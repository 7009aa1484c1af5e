"""One process of ours: started with its own log, watched, killed or ended by its own id."""

from __future__ import annotations

import os
import signal
import subprocess
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Process:
    """`command` with `environment` beside the present one; output goes to `log`."""

    name: str
    command: list[str]
    environment: dict[str, str]
    log: Path
    starts: int = 0
    wanted: bool = False  # should run: one that dies is started again by whoever tends it
    running: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def pid(self) -> int | None:
        return self.running.pid if self.running else None

    def alive(self) -> bool:
        return self.running is not None and self.running.poll() is None

    def start(self) -> None:
        """Start it, once. The child dies with us neither at Ctrl-C (own session) nor silently: `stop` ends it."""
        if self.alive():
            return
        self.wanted = True
        self.starts += 1
        with self.log.open("ab") as log:
            self.running = subprocess.Popen(
                self.command,
                env={**os.environ, **self.environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self) -> None:
        """kill -9: nothing in the process gets a chance to tidy up."""
        self._signal(signal.SIGKILL)
        if self.running:
            self.running.wait()

    def ask_to_end(self) -> None:
        self.wanted = False
        self._signal(signal.SIGTERM)

    def stop(self, seconds: float = 10) -> None:
        """End it in good order; after `seconds` by force."""
        self.ask_to_end()
        if self.running is None:
            return
        try:
            self.running.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()

    def _signal(self, number: int) -> None:
        if self.running is not None and self.running.poll() is None:
            self.running.send_signal(number)
