"""The partners' secrets, encrypted by a key of the deployment's secrets folder; they never reach a log or an answer.

The key file holds one key a line. The first one encrypts, all of them decrypt: to change the key put a new line on
top, restart, and seal anew (`POST /v1/partners:reseal`); then take the old line away.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from collections.abc import Mapping
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from shared.problems import Refusal
from shared.service import Runtime

STATE = "partner_vault"
FILE = "partners.key"


class SecretUnreadable(Refusal):
    kind, status = "secret-unreadable", 500
    message = (
        "Không mở được khóa bí mật của đối tác {name}: khóa mã hóa của hệ thống đã đổi. "
        "Hãy khôi phục tệp partners.key hoặc nhập lại khóa bí mật của đối tác."
    )


class Vault:
    """Seals and opens the secrets of partners; what is sealed for one partner does not open for another."""

    def __init__(self, folder: Path) -> None:
        lines = _key_file(folder).read_text().split()
        self._keys = MultiFernet([Fernet(line.encode()) for line in lines])
        self._lines = [line.encode() for line in lines]

    def derived(self, purpose: str) -> list[bytes]:
        """Keys for another purpose, one of each line: the first makes, all of them check."""
        return [hmac.new(line, purpose.encode(), hashlib.sha256).digest() for line in self._lines]

    def seal(self, name: str, secrets: Mapping[str, str]) -> str:
        return self._keys.encrypt(json.dumps([name, dict(secrets)]).encode()).decode()

    def open(self, name: str, sealed: str) -> dict[str, str]:
        """Raises SecretUnreadable."""
        if not sealed:
            return {}
        try:
            owner, secrets = json.loads(self._keys.decrypt(sealed))
        except InvalidToken:
            raise SecretUnreadable(name=name) from None
        if owner != name:
            raise SecretUnreadable(name=name)
        return {str(key): str(value) for key, value in secrets.items()}


def _key_file(folder: Path) -> Path:
    """Made once where there is none; of replicas that start together the first one's stays."""
    path = folder / FILE
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        own = folder / f"{FILE}.{os.getpid()}"
        own.touch(mode=0o600)
        own.write_bytes(Fernet.generate_key() + b"\n")
        try:
            os.link(own, path)
        except FileExistsError:
            pass
        finally:
            own.unlink()
    return path


def vault(runtime: Runtime) -> Vault:
    if STATE not in runtime.state:
        runtime.state[STATE] = Vault(runtime.settings.secrets_dir)
    found: Vault = runtime.state[STATE]
    return found
