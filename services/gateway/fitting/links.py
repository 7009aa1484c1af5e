"""The address of a file that is fetched by link: its row's id and a signature of ours. The row says when it ends."""

from __future__ import annotations

import base64
import hashlib
import hmac
from uuid import UUID

from services.gateway.connections import settings_of
from services.gateway.partners.vault import vault
from shared.problems import NotFound, Refusal
from shared.service import Runtime

PURPOSE = "file-link"
PATH = "/v1/linked-files"
SIGNATURE_BYTES = 20


class LinkEnded(Refusal):
    kind, status = "link-ended", 410
    message = (
        "Liên kết tải tệp “{name}” đã hết hiệu lực ({why}). Hãy đề nghị cơ quan gửi văn bản cung cấp lại tệp, "
        "nêu rõ số, ký hiệu văn bản."
    )


def public_address(runtime: Runtime) -> str:
    """Where others reach this gateway. Empty where the deployment has not said so: then nothing is offered by link."""
    settings, said = runtime.settings, settings_of(runtime).public_url
    if said:
        return f"{said.rstrip('/')}/api/gateway"
    alone = not settings.service_urls  # one process on this machine: `qlvb serve all`
    return f"http://{settings.host}:{settings.port}/api/gateway" if alone else ""


def address(runtime: Runtime, link_id: UUID) -> str:
    token = _text(link_id.bytes + _signature(vault(runtime).derived(PURPOSE)[0], link_id))
    return f"{public_address(runtime)}{PATH}/{token}"


def read(runtime: Runtime, token: str) -> UUID:
    """Whose address this is. Raises NotFound for everything that we did not sign."""
    try:
        content = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        link_id, signature = UUID(bytes=content[:16]), content[16:]
    except ValueError as error:
        raise NotFound from error
    if not any(hmac.compare_digest(_signature(key, link_id), signature) for key in vault(runtime).derived(PURPOSE)):
        raise NotFound
    return link_id


def _signature(key: bytes, link_id: UUID) -> bytes:
    return hmac.new(key, link_id.bytes, hashlib.sha256).digest()[:SIGNATURE_BYTES]


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")
