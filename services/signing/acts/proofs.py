"""Steps 1 and 2 of NĐ 68/2024 Đ29: is the certificate valid, and does its path lead to a trusted root?"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from services.signing.acts.steps import CERTIFICATE, PATH
from services.signing.authorities.chains import chain
from services.signing.authorities.gathering import EvidenceUnavailable
from services.signing.keys.vault import vault
from services.signing.pdf.evidence import NOTHING, Evidence
from services.signing.pdf.keys import Owner
from services.signing.pdf.opening import common_name
from services.signing.settings import SigningSettings
from shared.clock import VN
from shared.service import Runtime


@dataclass(frozen=True)
class Found:
    """The proofs at hand, and what is written down of them."""

    evidence: Evidence
    steps: tuple[tuple[str, str], ...]


async def before(runtime: Runtime, owner: Owner, *others: Owner) -> Found:
    """Before signing. A responder that does not answer soon is asked again afterwards: the act waits for it then.

    ChainUnknown, CertificateRevoked.
    """
    path = await asyncio.to_thread(chain, owner.certificate, owner.chain, vault(runtime).trust)
    end = f"{owner.certificate.not_valid_after_utc.astimezone(VN):%d/%m/%Y}"
    try:
        async with asyncio.timeout(SigningSettings().tsa_patience_seconds):
            evidence = await vault(runtime).evidence(owner, *others)
        said = f"Chứng thư còn hiệu lực đến {end}, không bị thu hồi."
    except (EvidenceUnavailable, TimeoutError):
        evidence = NOTHING
        said = f"Chứng thư còn hạn đến {end}; nơi cấp chưa trả lời về việc thu hồi, hệ thống sẽ hỏi lại."
    way = f"Đường dẫn tin cậy: {' ← '.join(common_name(one) for one in path)}."
    return Found(evidence, ((CERTIFICATE, said), (PATH, way)))


async def again(runtime: Runtime, owner: Owner, *others: Owner) -> Evidence:
    """After signing, for as long as it takes. CertificateRevoked, EvidenceUnavailable."""
    return await vault(runtime).evidence(owner, *others)
