"""Short-lived tokens of the partner API (OAuth 2.0 client credentials, RFC 6749 §4.4)."""

from __future__ import annotations

import time
from dataclasses import dataclass

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from services.gateway.partners.vault import vault
from shared.service import Runtime

SECONDS = 600
ALGORITHM = "HS256"
PURPOSE = "partner-api-token"
AUDIENCE = "qlvb-partner-api"


@dataclass(frozen=True)
class Grant:
    """What a token says: the key it was got with, and what it may be used for."""

    credential_id: str
    scopes: frozenset[str]


def issue(runtime: Runtime, grant: Grant) -> str:
    moment = int(time.time())
    content = {
        "aud": AUDIENCE,
        "sub": grant.credential_id,
        "scope": " ".join(sorted(grant.scopes)),
        "iat": moment,
        "exp": moment + SECONDS,
    }
    return jwt.encode({"alg": ALGORITHM}, content, _keys(runtime)[0], algorithms=[ALGORITHM])


def read(runtime: Runtime, token: str) -> Grant | None:
    """None for a token that is forged, over, or for somebody else."""
    wanted = jwt.JWTClaimsRegistry(
        aud={"essential": True, "value": AUDIENCE}, exp={"essential": True}, sub={"essential": True}
    )
    for key in _keys(runtime):
        try:
            found = jwt.decode(token, key, algorithms=[ALGORITHM])
            wanted.validate(found.claims)
        except (JoseError, ValueError):
            continue
        return Grant(str(found.claims["sub"]), frozenset(str(found.claims.get("scope", "")).split()))
    return None


def _keys(runtime: Runtime) -> list[OctKey]:
    return [OctKey.import_key(key) for key in vault(runtime).derived(PURPOSE)]
