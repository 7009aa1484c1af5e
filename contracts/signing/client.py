"""Typed client of signing."""

from __future__ import annotations

from contracts.client import Client
from contracts.signing.api import ActResult, ActView, CertificateView, LeaderSign, NewKeyHolding, VerdictView


class SigningClient(Client):
    service = "signing"

    async def leader_sign(self, body: LeaderSign) -> ActResult:
        return ActResult.model_validate(await self.call("POST", "/v1/acts/leader-sign", json=body))

    async def list_acts(self, object_id: str) -> list[ActView]:
        rows = await self.call("GET", "/v1/acts", params={"object_id": object_id})
        return [ActView.model_validate(row) for row in rows]

    async def validate_file(self, pdf: bytes) -> VerdictView:
        headers = {"Content-Type": "application/pdf"}
        return VerdictView.model_validate(await self.call("POST", "/v1/validate", content=pdf, headers=headers))

    async def get_verdict(self, sha256: str) -> VerdictView:
        return VerdictView.model_validate(await self.call("GET", f"/v1/verdicts/{sha256}"))

    async def list_certificates(self) -> list[CertificateView]:
        return [CertificateView.model_validate(row) for row in await self.call("GET", "/v1/certificates")]

    async def hand_over_key(self, body: NewKeyHolding) -> None:
        await self.call("POST", "/v1/key-holdings", json=body)
