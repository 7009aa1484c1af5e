"""The signing key of access tokens, its published half, and the tokens (Ed25519, RFC 8037)."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from pathlib import Path
from typing import Any

from joserfc import jwt
from joserfc.jwk import KeySet, OKPKey

from services.identity.accounts.rules import ACCESS_SECONDS
from shared.auth import ACCEPTED, ALGORITHM, Principal, claims
from shared.service import Runtime

STATE = "token-key"


async def load_key(runtime: Runtime) -> None:
    """Read the key at start, or make it once; replicas share it through the secrets folder."""
    path = Path(runtime.settings.secrets_dir) / "identity-token-key.json"
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        _create(path)
    runtime.state[STATE] = OKPKey.import_key(json.loads(path.read_text()))


def _create(path: Path) -> None:
    """Write a new key under another name first: a reader never sees half a key, and the first writer wins."""
    key = OKPKey.generate_key("Ed25519", parameters={"kid": secrets.token_hex(8), "use": "sig"})
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(key.as_dict(private=True)))
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _key(runtime: Runtime) -> OKPKey:
    key: OKPKey = runtime.state[STATE]
    return key


def published(runtime: Runtime) -> dict[str, Any]:
    """The JWK set that every service checks tokens against."""
    return {"keys": [_key(runtime).as_dict(private=False)]}


def access_token(runtime: Runtime, principal: Principal, session_id: str = "") -> str:
    key = _key(runtime)
    content = claims(principal, issuer=runtime.settings.issuer, seconds=ACCESS_SECONDS)
    if session_id:
        content["sid"] = session_id
    return jwt.encode({"alg": ALGORITHM, "kid": key.kid}, content, key, algorithms=[ALGORITHM])


def session_of(runtime: Runtime, token: str) -> str:
    """The session a token of ours belongs to; empty for tokens without one."""
    try:
        decoded = jwt.decode(token, KeySet([_key(runtime)]), algorithms=ACCEPTED)
    except Exception:
        return ""
    return str(decoded.claims.get("sid") or "")


def refresh_token() -> str:
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
