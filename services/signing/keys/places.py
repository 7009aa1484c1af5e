"""Where a registered key lies, and how it is opened there."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography import x509

from services.signing.keys import csc, pkcs11, pkcs12
from services.signing.keys.protocol import Consent, SigningKey
from services.signing.keys.refusals import KeyUnavailable, NeedsBrowser
from services.signing.pdf.keys import Owner

PKCS12, PKCS11, CSC, TOKEN, VGCA = "pkcs12", "pkcs11", "csc", "token", "vgca"
DEVICES = {
    PKCS12: "tệp khóa mã hóa trên máy chủ",
    PKCS11: "thiết bị HSM của cơ quan",
    CSC: "dịch vụ ký số từ xa",
    TOKEN: "thiết bị USB của người ký",
    VGCA: "công cụ ký số của Ban Cơ yếu",
}
AT_THE_SERVER = frozenset({PKCS12, PKCS11, CSC})  # a PIN is enough; the others sign in the owner's browser


@dataclass(frozen=True)
class KeyPlace:
    """`where`: file (pkcs12); token and label (pkcs11); service and credential (csc)."""

    device: str
    where: dict[str, str]
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...] = ()


@dataclass
class Devices:
    """What this deployment can open: its folder of key files, its HSM, its trust services."""

    folder: Path
    module: str = ""
    services: dict[str, csc.Service] = field(default_factory=dict)

    async def open(self, place: KeyPlace, consent: Consent) -> SigningKey:
        """Raises `keys.refusals`."""
        if place.device == PKCS12:
            return await pkcs12.opened(self.folder / Path(place.where["file"]).name, consent.pin)
        if place.device == PKCS11:
            return await pkcs11.opened(self.slot(place.where), consent.pin, place)
        if place.device == CSC:
            return await csc.opened(self.service(place.where), place.where["credential"], consent, place)
        raise NeedsBrowser

    async def found(self, device: str, where: dict[str, str]) -> Owner | None:
        """The certificate that device or service itself shows; None where it has to be brought."""
        if device == PKCS11:
            return await pkcs11.owner_in(self.slot(where))
        if device == CSC:
            return csc.owner_of(await self.service(where).credential(where["credential"]))
        return None

    def slot(self, where: dict[str, str]) -> pkcs11.Slot:
        if not self.module:
            raise KeyUnavailable(why="máy chủ chưa khai báo thiết bị HSM (QLVB_PKCS11_MODULE)")
        return pkcs11.Slot(self.module, where["token"], where["label"])

    def service(self, where: dict[str, str]) -> csc.Service:
        found = self.services.get(where["service"])
        if found is None:
            raise KeyUnavailable(why=f"chưa khai báo dịch vụ ký số “{where['service']}” (QLVB_KEY_SERVICES)")
        return found


def missing_words(device: str, where: dict[str, Any]) -> list[str]:
    """Which words of `where` a device needs and does not have."""
    needed = {PKCS11: ("token", "label"), CSC: ("service", "credential")}.get(device, ())
    return [word for word in needed if not str(where.get(word, "")).strip()]
