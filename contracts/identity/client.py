"""Typed client of identity."""

from __future__ import annotations

from typing import Any

from contracts.client import Client
from contracts.identity import api


class IdentityClient(Client):
    service = "identity"

    async def log_in(self, user_name: str, password: str) -> api.Tokens:
        body = api.Credentials(user_name=user_name, password=password)
        return api.Tokens.model_validate(await self.call("POST", "/v1/sessions", json=body))

    async def refresh(self, refresh_token: str) -> api.Tokens:
        body = api.RefreshRequest(refresh_token=refresh_token)
        return api.Tokens.model_validate(await self.call("POST", "/v1/sessions/refresh", json=body))

    async def log_out(self) -> None:
        await self.call("DELETE", "/v1/sessions/current")

    async def my_sessions(self) -> list[api.SessionView]:
        return [api.SessionView.model_validate(row) for row in await self.call("GET", "/v1/me/sessions")]

    async def close_session(self, session_id: str) -> None:
        await self.call("DELETE", f"/v1/me/sessions/{session_id}")

    async def service_token(self, service: str, secret: str) -> api.ServiceToken:
        body = api.ServiceCredentials(service=service, secret=secret)
        return api.ServiceToken.model_validate(await self.call("POST", "/v1/service-tokens", json=body))

    async def keys(self) -> dict[str, Any]:
        """The published keys, as a JWK set."""
        found: dict[str, Any] = await self.call("GET", "/v1/keys")
        return found

    async def me(self) -> api.Person:
        return api.Person.model_validate(await self.call("GET", "/v1/me"))

    async def change_password(self, old: str, new: str) -> None:
        await self.call("POST", "/v1/me/password", json=api.PasswordChange(old=old, new=new))

    async def list_offices(self, q: str | None = None) -> list[api.Office]:
        return [api.Office.model_validate(row) for row in await self.call("GET", "/v1/offices", params={"q": q})]

    async def get_office(self, office_id: str) -> api.Office:
        return api.Office.model_validate(await self.call("GET", f"/v1/offices/{office_id}"))

    async def create_office(self, body: api.NewOffice) -> api.Office:
        return api.Office.model_validate(await self.call("POST", "/v1/offices", json=body))

    async def list_units(self, office_id: str) -> list[api.Unit]:
        return [api.Unit.model_validate(row) for row in await self.call("GET", f"/v1/offices/{office_id}/units")]

    async def create_unit(self, office_id: str, body: api.NewUnit) -> api.Unit:
        return api.Unit.model_validate(await self.call("POST", f"/v1/offices/{office_id}/units", json=body))

    async def list_people(
        self, office_id: str, role: str | None = None, unit_id: str | None = None
    ) -> list[api.Person]:
        rows = await self.call("GET", f"/v1/offices/{office_id}/people", params={"role": role, "unit_id": unit_id})
        return [api.Person.model_validate(row) for row in rows]

    async def create_person(self, office_id: str, body: api.NewPerson) -> api.CreatedPerson:
        return api.CreatedPerson.model_validate(await self.call("POST", f"/v1/offices/{office_id}/people", json=body))

    async def transfer(self, person_id: str, body: api.Transfer) -> api.Person:
        return api.Person.model_validate(await self.call("POST", f"/v1/people/{person_id}/transfer", json=body))

    async def lock_person(self, person_id: str, reason: str = "") -> api.Person:
        answer = await self.call("POST", f"/v1/people/{person_id}/lock", json=api.LockRequest(reason=reason))
        return api.Person.model_validate(answer)

    async def unlock_person(self, person_id: str) -> api.Person:
        return api.Person.model_validate(await self.call("POST", f"/v1/people/{person_id}/unlock"))

    async def propose_user_name(self, full_name: str, unit_abbreviation: str) -> api.NameProposal:
        body = api.NameRequest(full_name=full_name, unit_abbreviation=unit_abbreviation)
        return api.NameProposal.model_validate(await self.call("POST", "/v1/user-names:propose", json=body))

    async def list_organs(self, q: str = "", limit: int = 20) -> list[api.OrganEntry]:
        rows = await self.call("GET", "/v1/organs", params={"q": q, "limit": limit})
        return [api.OrganEntry.model_validate(row) for row in rows]

    async def register_organ(self, body: api.NewOrgan) -> api.OrganEntry:
        return api.OrganEntry.model_validate(await self.call("POST", "/v1/organs", json=body))
