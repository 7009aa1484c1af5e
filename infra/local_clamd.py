"""A malware scanner of our own for tests and drills: clamd of Debian's `clamav-daemon` with two signatures."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

from infra.local_servers import free_port

CLAMD = "/usr/sbin/clamd"
# Written in two halves: a scanner must not take this source for the test virus itself.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
OWN = b"QLVB-TEST-MALWARE-SIGNATURE"


def available() -> bool:
    return Path(CLAMD).exists()


class Clamd:
    """Listens on a private port and a private socket; knows EICAR and one pattern of our own."""

    def __init__(self, folder: Path, *, stream_limit: str = "100M") -> None:
        self.folder, self.port, self._limit = folder, free_port(), stream_limit
        self.socket = folder / "clamd.sock"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def start(self, seconds: float = 60) -> None:
        """Raises TimeoutError when it does not answer in time."""
        data = self.folder / "data"
        data.mkdir(parents=True, exist_ok=True)
        lines = [f"Eicar-Test:0:*:{EICAR.hex()}", f"Qlvb-Test:0:*:{OWN.hex()}"]
        (data / "test.ndb").write_text("\n".join(lines) + "\n")
        config = self.folder / "clamd.conf"
        config.write_text(
            f"Foreground yes\nTCPAddr 127.0.0.1\nTCPSocket {self.port}\nLocalSocket {self.socket}\n"
            f"DatabaseDirectory {data}\nStreamMaxLength {self._limit}\nMaxThreads 4\nSelfCheck 86400\n"
        )
        with (self.folder / "clamd.log").open("ab") as log:
            self._process = subprocess.Popen([CLAMD, "--config-file", str(config)], stdout=log, stderr=log)
        until = time.monotonic() + seconds
        while not self.socket.exists():
            if self._process.poll() is not None or time.monotonic() > until:
                raise TimeoutError((self.folder / "clamd.log").read_text()[-2000:])
            time.sleep(0.05)

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(20)
            self._process = None
            self.socket.unlink(missing_ok=True)
