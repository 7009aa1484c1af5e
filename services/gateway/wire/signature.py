"""Authentication of a call as a server does it: HMAC over the received sign-header text (axis.md §1.1)."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from starlette.datastructures import Headers

from services.gateway.wire.failures import BAD_CREDENTIALS, BAD_FILE, WireFailure
from services.gateway.wire.headers import hash_file

PREFIX = "xroadvnpt-"


@dataclass(frozen=True, slots=True)
class Call:
    """An authenticated call: who calls, and its parameters by name without prefix, in the case the sender wrote."""

    caller: str
    parameters: Mapping[str, str]

    def parameter(self, name: str) -> str | None:
        """Of two names that differ only in case the exactly spelled one wins: the stock client keeps stale headers
        between calls, so `docId` and `docid` may both be there; HTTP forgets the case, the signed text keeps it."""
        if name in self.parameters:
            return self.parameters[name]
        lower = name.lower()
        return next((value for key, value in self.parameters.items() if key.lower() == lower), None)

    def required(self, name: str) -> str:
        """A header parameter that must be there."""
        value = (self.parameter(name) or "").strip()
        if not value:
            raise WireFailure(BAD_FILE, f"Thiếu tham số {name}")
        return value


def claimed(headers: Headers) -> str:
    """Whose call it says it is. Raises WireFailure where it says nothing."""
    return _single(prefixed(headers), "systemid")


def is_signed(headers: Headers) -> bool:
    """Whether the call carries a signature of the axis' kind at all."""
    return PREFIX + "hash-header" in headers


def authenticate(headers: Headers, secrets: Collection[str]) -> Call:
    """Check the HMAC (with one of the caller's secrets) and that every signed name has a header of the same value.

    Only what is signed is a parameter; surplus and stale headers say nothing.
    """
    values = prefixed(headers)
    system_id = _single(values, "systemid")
    text = headers.get(PREFIX + "sign-header", "").encode("latin-1")
    given = _single(values, "hash-header").lower().encode()
    expected = [hmac.new(secret.encode(), text, hashlib.sha256).hexdigest().encode() for secret in secrets]
    if sum(hmac.compare_digest(digest, given) for digest in expected) == 0:
        raise _refused("Sai SystemId hoặc SecretKey")
    signed = _signed_values(text)
    _compare(signed, values, _single(values, "sign-header-key"))
    return Call(system_id, signed)


def prefixed(headers: Headers) -> dict[str, list[str]]:
    """The parameters in the headers, by their name in lower case without prefix; a repeated one has several values."""
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


def _refused(text: str) -> WireFailure:
    return WireFailure(BAD_CREDENTIALS, text, http=401)


def hash_matches(given: str, digest: bytes) -> bool:
    """Accept the proper hex form and the stock client's."""
    return given.strip().lower() in (digest.hex(), hash_file(digest.hex()))
