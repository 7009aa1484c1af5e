"""Who is calling: a principal out of a short-lived signed token, checked against identity's published keys."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from shared.problems import Forbidden, Unauthorised

ALGORITHM = "Ed25519"
ACCEPTED = ["Ed25519", "EdDSA"]
KNOWN_TOKENS = 10_000


@dataclass(frozen=True)
class Principal:
    """A person in an office, or a service of this deployment. Roles hold within `office_id`."""

    id: str
    name: str
    kind: Literal["person", "service"]
    office_id: str = ""
    unit_id: str | None = None
    roles: frozenset[str] = field(default_factory=frozenset)
    must_change_password: bool = False  # until then nothing else is allowed

    def has(self, *roles: str) -> bool:
        return bool(self.roles.intersection(roles))

    def require(self, *roles: str) -> None:
        """Raises Forbidden unless the principal holds one of the roles. Services act for the system itself."""
        if not self.is_service and not self.has(*roles):
            raise Forbidden

    @property
    def is_service(self) -> bool:
        return self.kind == "service"

    @property
    def name_of_service(self) -> str:
        return self.id if self.is_service else ""


def service_principal(name: str) -> Principal:
    return Principal(id=name, name=name, kind="service")


def claims(principal: Principal, *, issuer: str, seconds: int = 900) -> dict[str, Any]:
    """The claims of a token for this principal, `seconds` long."""
    moment = int(time.time())
    return {
        "iss": issuer,
        "sub": principal.id,
        "name": principal.name,
        "kind": principal.kind,
        "office": principal.office_id,
        "unit": principal.unit_id,
        "roles": sorted(principal.roles),
        **({"pwd": "change"} if principal.must_change_password else {}),
        "iat": moment,
        "exp": moment + seconds,
    }


def read_token(token: str, keys: KeySet, *, issuer: str) -> tuple[Principal, float]:
    """Whose token it is and when it ends (Unix time). Raises Unauthorised: forged, expired or from somebody else."""
    try:
        decoded = jwt.decode(token, keys, algorithms=ACCEPTED)
        registry = jwt.JWTClaimsRegistry(
            iss={"essential": True, "value": issuer}, exp={"essential": True}, sub={"essential": True}
        )
        registry.validate(decoded.claims)
    except (JoseError, ValueError) as error:
        raise Unauthorised from error
    content = decoded.claims
    principal = Principal(
        id=str(content["sub"]),
        name=str(content.get("name", "")),
        kind="service" if content.get("kind") == "service" else "person",
        office_id=str(content.get("office") or ""),
        unit_id=content.get("unit") or None,
        roles=frozenset(content.get("roles") or ()),
        must_change_password=content.get("pwd") == "change",
    )
    return principal, float(content["exp"])


class Keys:
    """identity's published keys, fetched when first needed, and again (at most every 10 s) when a token fails.

    A token that was found good is good until it ends: its signature is checked once, not with every request.
    """

    def __init__(self, fetch: Callable[[], Awaitable[dict[str, Any]]], issuer: str) -> None:
        self._fetch = fetch
        self._issuer = issuer
        self._keys: KeySet | None = None
        self._fetched = 0.0
        self._known: dict[str, tuple[Principal, float]] = {}  # token → whose, and when it ends

    async def principal(self, token: str) -> Principal:
        known = self._known.get(token)
        if known is not None and time.time() < known[1]:
            return known[0]
        if self._keys is not None:
            try:
                return self._read(token, self._keys)
            except Unauthorised:
                if time.monotonic() - self._fetched < 10:
                    raise
        self._keys = KeySet.import_key_set(await self._fetch())  # type: ignore[arg-type]
        self._known.clear()
        self._fetched = time.monotonic()
        return self._read(token, self._keys)

    def _read(self, token: str, keys: KeySet) -> Principal:
        principal, until = read_token(token, keys, issuer=self._issuer)
        if len(self._known) >= KNOWN_TOKENS:
            self._known.clear()
        self._known[token] = (principal, until)
        return principal
