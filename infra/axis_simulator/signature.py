"""Authentication of a call: HMAC over the received sign-header text (axis.md §1.1)."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.datastructures import Headers

from infra.axis_simulator.model import BAD_CREDENTIALS, AxisFailure

PREFIX = "xroadvnpt-"


@dataclass(frozen=True, slots=True)
class Call:
    """An authenticated call: who calls and its header parameters."""

    system_id: str
    signed: Mapping[str, str]
    headers: Mapping[str, str]

    def parameter(self, name: str) -> str | None:
        """A header parameter; of two names that differ only in case the exactly spelled one wins.

        The stock client keeps stale headers between calls, so `docId` and `docid` may both be there; HTTP forgets
        the case, the signed text keeps it.
        """
        if name in self.signed:
            return self.signed[name]
        lower = name.lower()
        for key, value in self.signed.items():
            if key.lower() == lower:
                return value
        return self.headers.get(lower)

    def required(self, name: str) -> str:
        """A header parameter that must be there."""
        value = (self.parameter(name) or "").strip()
        if not value:
            raise AxisFailure("10", f"Thiếu tham số {name}")
        return value


def authenticate(headers: Headers, secrets: Mapping[str, str]) -> Call:
    """Check the HMAC and that every signed name has a header of the same value."""
    values = _prefixed(headers)
    system_id = _single(values, "systemid")
    secret = secrets.get(system_id)
    text = headers.get(PREFIX + "sign-header", "").encode("latin-1")
    given = _single(values, "hash-header").lower()
    expected = hmac.new((secret or "").encode(), text, hashlib.sha256).hexdigest()
    if secret is None or not hmac.compare_digest(expected.encode(), given.encode()):
        raise _refused("Sai SystemId hoặc SecretKey")
    signed = _signed_values(text)
    _compare(signed, values, _single(values, "sign-header-key"))
    return Call(system_id, signed, {name: found[-1] for name, found in values.items()})


def _prefixed(headers: Headers) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for raw_name, raw_value in headers.raw:
        name = raw_name.decode("latin-1").lower()
        if name.startswith(PREFIX):
            found.setdefault(name[len(PREFIX) :], []).append(_text(raw_value))
    return found


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _single(values: Mapping[str, list[str]], name: str) -> str:
    found = values.get(name)
    if not found or not found[-1].strip():
        raise _refused(f"Thiếu tiêu đề XroadVnpt-{name}")
    return found[-1].strip()


def _signed_values(text: bytes) -> dict[str, str]:
    """The signed header values by name without prefix, in the case the sender wrote."""
    try:
        parsed = json.loads(_text(text))
    except ValueError as error:
        raise _refused("XroadVnpt-sign-header không phải JSON") from error
    if not isinstance(parsed, dict):
        raise _refused("XroadVnpt-sign-header không phải đối tượng JSON")
    return {_bare(str(key)): str(value) for key, value in parsed.items()}


def _bare(name: str) -> str:
    return name[len(PREFIX) :] if name.lower().startswith(PREFIX) else name


def _compare(signed: Mapping[str, str], values: Mapping[str, list[str]], key_list: str) -> None:
    by_lower: dict[str, set[str]] = {}
    for key, value in signed.items():
        by_lower.setdefault(key.lower(), set()).add(value)
    keys = [key.strip().lower() for key in key_list.split(";") if key.strip()]
    if "systemid" not in keys:
        raise _refused("SystemId chưa được ký")
    for key in keys:
        if not by_lower.get(key, set()) & set(values.get(key, [])):
            raise _refused(f"Giá trị ký của {key} khác tiêu đề")


def _refused(text: str) -> AxisFailure:
    return AxisFailure(BAD_CREDENTIALS, text, http=401)


def sdk_hex(digest: bytes) -> str:
    """The stock client's hex form: each byte without its leading zero (axis.md §1.2, sendEdoc)."""
    return "".join(f"{byte:x}" for byte in digest)


def hash_matches(given: str, digest: bytes) -> bool:
    """Accept the proper hex form and the stock client's."""
    value = given.strip().lower()
    return value in (digest.hex(), sdk_hex(digest))
