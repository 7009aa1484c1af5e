"""What this deployment signs with: its devices, trusted roots, time stamper, and who proves certificates.

Key files lie in the secrets folder, one an owner: a person's opens with the person's PIN, an office's with the secret
of the deployment. In a demonstration they are made when first needed. None lies in the clear.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from pathlib import Path
from uuid import UUID

from cryptography import x509

from services.signing.authorities.gathering import Gatherer
from services.signing.authorities.stamper import HttpTimeStamper
from services.signing.authorities.wire import Wire
from services.signing.keys import csc
from services.signing.keys.places import Devices
from services.signing.pdf.evidence import NOTHING, Evidence
from services.signing.pdf.keys import Owner
from services.signing.pdf.stamps import TimeStamper, TimeStampUnavailable
from services.signing.pki.authority import Authority, once
from services.signing.pki.stamping import OwnStamper
from services.signing.settings import SigningSettings
from shared.http import http_client
from shared.service import Runtime, service_secret

STATE = "vault"


class Vault:
    """Everything that is one for the process."""

    def __init__(self, secrets: Path, office_secret: str, demo_pin: str | None, settings: SigningSettings) -> None:
        self.office_secret, self._pin = office_secret, demo_pin
        folder = secrets / "keys"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.authority = Authority(secrets / "pki", office_secret) if demo_pin else None
        self.trust = roots(secrets)
        self.wire = Wire(local=demo_pin is not None)
        self.gatherer = Gatherer(self.trust, self.wire)
        self.stamper: TimeStamper | None = OwnStamper(self.authority.tsa) if self.authority else None
        if settings.tsa_urls:
            self.stamper = HttpTimeStamper(settings.tsa_urls, self.wire, seconds=settings.tsa_seconds)
        client = http_client(timeout=5.0)
        services = {name: csc.Service(name, one, client) for name, one in settings.key_services.items()}
        self.devices = Devices(folder, settings.pkcs11_module, services)

    def key_file(self, kind: str, owner_id: str, subject: x509.Name) -> str | None:
        """The name of the owner's key file, which a demonstration makes now; None where there is none."""
        name = f"{kind}-{UUID(owner_id)}.p12"
        path, password = self.devices.folder / name, self._pin if kind == "person" else self.office_secret
        if self.authority is not None and password is not None:
            authority, secret = self.authority, password
            once(path, lambda: authority.issue(subject, secret))
        return name if path.exists() else None

    def has_key_file(self, kind: str, owner_id: str) -> bool:
        """Whether `key_file` will have one."""
        return self.authority is not None or (self.devices.folder / f"{kind}-{UUID(owner_id)}.p12").exists()

    async def evidence(self, *owners: Owner) -> Evidence:
        """What proves these certificates and those of the time stamper.

        ChainUnknown, CertificateRevoked, EvidenceUnavailable.
        """
        chains = [(one.certificate, *one.chain) for one in owners]
        if isinstance(self.stamper, HttpTimeStamper):
            chains += self.stamper.known
        strangers = [one for one in chains if not self._issued(one[0])]
        found = await self.gatherer.evidence(*strangers) if strangers else NOTHING
        for one in chains:
            if self.authority is not None and self._issued(one[0]):
                found += self.authority.evidence(one[0])
        return found

    def _issued(self, certificate: x509.Certificate) -> bool:
        """By the demonstration's own authority, whose answers need no network."""
        return self.authority is not None and certificate.issuer == self.authority.ca.certificate.subject

    async def meet_stamper(self) -> None:
        """Ask the time stamper for its certificates once, so that they are proven in the first signature already."""
        if isinstance(self.stamper, HttpTimeStamper):
            with contextlib.suppress(TimeStampUnavailable):
                await self.stamper.chains()


def roots(secrets: Path) -> list[x509.Certificate]:
    """The deployment's own trust: the demonstration's root, and every PEM file in `trust/`."""
    files = [secrets / "pki" / "root.pem", *sorted((secrets / "trust").glob("*.pem"))]
    return [one for file in files if file.exists() for one in x509.load_pem_x509_certificates(file.read_bytes())]


async def open_vault(runtime: Runtime) -> None:
    """At the start of the service."""
    settings = runtime.settings
    pin = json.loads(settings.demo_province.read_text("utf-8"))["password"] if settings.demo else None
    secret, own = service_secret(settings), SigningSettings()
    runtime.state[STATE] = made = await asyncio.to_thread(Vault, settings.secrets_dir, secret, pin, own)
    runtime.spawn(made.meet_stamper(), name="meet-stamper")


def vault(runtime: Runtime) -> Vault:
    found: Vault = runtime.state[STATE]
    return found
