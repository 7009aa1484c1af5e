"""Typed client of signing."""

from __future__ import annotations

from contracts.client import Client
from contracts.signing.api import (
    ActResult,
    ActView,
    CertificateView,
    LeaderSign,
    NewKeyHolding,
    NewPlacement,
    PlacementView,
    VerdictView,
)


class SigningClient(Client):
    service = "signing"

    async def leader_sign(self, body: LeaderSign) -> ActResult:
        return ActResult.model_validate(await self.call("POST", "/v1/acts/leader-sign", json=body))

    async def list_acts(self, object_id: str) -> list[ActView]:
        rows = await self.call("GET", "/v1/acts", params={"object_id": object_id})
        return [ActView.model_validate(row) for row in rows]

    async def validate_file(self, pdf: bytes, *, anew: bool = False, annex: bool = False) -> VerdictView:
        """`anew`: judged as of now, even where a report is kept."""
        headers, params = {"Content-Type": "application/pdf"}, {"anew": anew or None, "annex": annex or None}
        answer = await self.call("POST", "/v1/validate", content=pdf, headers=headers, params=params)
        return VerdictView.model_validate(answer)

    async def get_verdict(self, sha256: str) -> VerdictView:
        return VerdictView.model_validate(await self.call("GET", f"/v1/verdicts/{sha256}"))

    async def find_places(self, pdf: bytes, *, signer_name: str = "", type_name: str = "") -> PlacementView:
        """Where number, date, signature and seal of a draft would go."""
        headers, params = {"Content-Type": "application/pdf"}, {"signer_name": signer_name, "type_name": type_name}
        answer = await self.call("POST", "/v1/placements/find", content=pdf, headers=headers, params=params)
        return PlacementView.model_validate(answer)

    async def keep_places(self, sha256: str, body: NewPlacement) -> None:
        """Problem 422 with what is wrong with a box."""
        await self.call("PUT", f"/v1/placements/{sha256}", json=body)

    async def forget_places(self, sha256: str) -> None:
        await self.call("DELETE", f"/v1/placements/{sha256}")

    async def list_certificates(self) -> list[CertificateView]:
        return [CertificateView.model_validate(row) for row in await self.call("GET", "/v1/certificates")]

    async def hand_over_key(self, body: NewKeyHolding) -> None:
        await self.call("POST", "/v1/key-holdings", json=body)
