"""Where keys are found: PKCS#12 files in the secrets folder, one an owner; in a demonstration made when first needed.

A person's file opens with the person's PIN, an office's with the secret of the deployment. Neither lies in the clear.
"""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from uuid import UUID

import httpx
from cryptography import x509

from services.signing.keys.pkcs12 import FileKey
from services.signing.pdf.evidence import NOTHING, Evidence
from services.signing.pdf.keys import KeyUnreadable, Owner
from services.signing.pdf.stamps import HttpTimeStamper, TimeStamper
from services.signing.pki.authority import Authority, name, once
from services.signing.pki.stamping import OwnStamper
from services.signing.settings import SigningSettings
from shared.problems import Refusal
from shared.service import Runtime, service_secret

STATE = "vault"


class WrongPin(Refusal):
    kind, status = "wrong-pin", 403
    message = "Mã PIN chưa đúng. Văn bản chưa được ký. Hãy nhập lại mã PIN của khóa ký."


class NoKey(Refusal):
    kind = "no-key"
    message = "Chưa có khóa ký của {owner}. Hãy nhờ quản trị đơn vị đăng ký chứng thư số rồi thử lại."


class Vault:
    """All keys of one deployment, its trusted roots and its time stamper."""

    def __init__(self, secrets: Path, office_secret: str, demo_pin: str | None, tsa: SigningSettings) -> None:
        self._folder, self._office_secret, self._pin = secrets / "keys", office_secret, demo_pin
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.authority = Authority(secrets / "pki", office_secret) if demo_pin else None
        self.trust = roots(secrets)
        self.stamper: TimeStamper | None = OwnStamper(self.authority.tsa) if self.authority else None
        if tsa.tsa_url:
            self.stamper = HttpTimeStamper(tsa.tsa_url, httpx.AsyncClient(), timeout=tsa.tsa_seconds)
        self._offices: dict[str, FileKey] = {}

    async def person(self, person_id: str, pin: str, full_name: str, office: str, title: str) -> FileKey:
        """Raises WrongPin, NoKey."""
        subject = name(full_name, office=office, title=title or "Công chức")
        content = await asyncio.to_thread(self._content, f"person-{UUID(person_id)}", full_name, subject, self._pin)
        try:
            return await asyncio.to_thread(FileKey, content, pin)
        except KeyUnreadable as error:
            raise WrongPin from error

    async def office(self, office_id: str, full_name: str, organ_id: str) -> FileKey:
        """The office's key, kept loaded. Raises NoKey."""
        if office_id not in self._offices:
            subject = name(full_name, office=full_name, organ_id=organ_id)
            owner = f"office-{UUID(office_id)}"
            content = await asyncio.to_thread(self._content, owner, full_name, subject, self._office_secret)
            self._offices[office_id] = await asyncio.to_thread(FileKey, content, self._office_secret)
        return self._offices[office_id]

    def _content(self, file: str, owner: str, subject: x509.Name, password: str | None) -> bytes:
        path, authority = self._folder / f"{file}.p12", self.authority
        if authority is not None and password is not None:
            return once(path, lambda: authority.issue(subject, password))
        if not path.exists():
            raise NoKey(owner=owner)
        return path.read_bytes()

    def offices_loaded(self) -> list[x509.Certificate]:
        return [key.certificate for key in self._offices.values()]

    def evidence(self, key: Owner) -> Evidence:
        return self.authority.evidence(key) if self.authority else NOTHING


def roots(secrets: Path) -> list[x509.Certificate]:
    """The deployment's own trust: the demonstration's root, and every PEM file in `trust/`."""
    files = [secrets / "pki" / "root.pem", *sorted((secrets / "trust").glob("*.pem"))]
    return [one for file in files if file.exists() for one in x509.load_pem_x509_certificates(file.read_bytes())]


async def open_vault(runtime: Runtime) -> None:
    """At the start of the service."""
    settings = runtime.settings
    pin = json.loads(settings.demo_province.read_text("utf-8"))["password"] if settings.demo else None
    secret, own = service_secret(settings), SigningSettings()
    runtime.state[STATE] = await asyncio.to_thread(Vault, settings.secrets_dir, secret, pin, own)


def vault(runtime: Runtime) -> Vault:
    found: Vault = runtime.state[STATE]
    return found
