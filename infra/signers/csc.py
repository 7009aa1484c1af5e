"""A trust service that keeps keys for their owners: the API of the Cloud Signature Consortium, v1 and v2, by the book.

It is stricter than most: an authorisation counts for exactly the digests it was given for, once, and for a while.
`asked` is its record; tests read there how often a person had to say yes.
"""

from __future__ import annotations

import base64
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import Certificate
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

SHA256_OID = "2.16.840.1.101.3.4.2.1"
ALGORITHMS = {"rsa": ["1.2.840.113549.1.1.1", "1.2.840.113549.1.1.11"], "ec": ["1.2.840.10045.4.3.2"]}
LASTS = 300  # seconds of an authorisation


class Refused(Exception):
    """An error of the specification: status, code, description."""

    def __init__(self, status: int, error: str, description: str) -> None:
        self.answer = JSONResponse({"error": error, "error_description": description}, status_code=status)


@dataclass
class Credential:
    """A key of an owner, with the PIN that opens it. `otp`: a code is wanted as well; `multisign`: digests at once."""

    private: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
    chain: tuple[Certificate, ...]
    pin: str
    otp: str = ""
    multisign: int = 50
    enabled: bool = True
    wrong: int = 0  # PINs in a row

    @property
    def kind(self) -> str:
        return "rsa" if isinstance(self.private, rsa.RSAPrivateKey) else "ec"

    def sign(self, digest: bytes) -> bytes:
        if isinstance(self.private, rsa.RSAPrivateKey):
            return self.private.sign(digest, padding.PKCS1v15(), Prehashed(SHA256()))
        return self.private.sign(digest, ec.ECDSA(Prehashed(SHA256())))


@dataclass
class Activation:
    """What an owner has agreed to."""

    credential_id: str
    digests: list[str]
    until: float


@dataclass
class TrustService:
    """The service. `client`: who may ask at all."""

    credentials: dict[str, Credential]
    client: tuple[str, str] = ("qlvb", "bi-mat")
    asked: list[str] = field(default_factory=list)
    down: bool = False
    _tokens: set[str] = field(default_factory=set)
    _activations: dict[str, Activation] = field(default_factory=dict)

    def app(self) -> Starlette:
        """Both versions beside each other: /csc/v1/… and /csc/v2/…"""
        routes = [Route("/csc/{version}/oauth2/token", self._answer(self._token, open_to_all=True), methods=["POST"])]
        for path, handle in (
            ("credentials/info", self._info),
            ("credentials/authorize", self._authorise),
            ("signatures/signHash", self._sign),
        ):
            routes.append(Route(f"/csc/{{version}}/{path}", self._answer(handle), methods=["POST"]))
        return Starlette(routes=routes)

    def _answer(self, handle: Callable[[str, dict[str, Any]], dict[str, Any]], *, open_to_all: bool = False) -> Any:
        async def answer(request: Request) -> JSONResponse:
            if self.down:
                return JSONResponse({"error": "server_error"}, status_code=503)
            self.asked.append(request.url.path.split("/", 2)[2])
            try:
                if open_to_all:
                    return JSONResponse(handle(request.path_params["version"], dict(await request.form())))
                if request.headers.get("Authorization", "").removeprefix("Bearer ") not in self._tokens:
                    raise Refused(401, "invalid_token", "The access token is not valid")
                return JSONResponse(handle(request.path_params["version"], await request.json()))
            except Refused as refused:
                return refused.answer

        return answer

    def _token(self, version: str, form: dict[str, Any]) -> dict[str, Any]:
        if (form.get("client_id"), form.get("client_secret")) != self.client:
            raise Refused(401, "invalid_client", "Unknown client")
        token = secrets.token_urlsafe(24)
        self._tokens.add(token)
        return {"access_token": token, "token_type": "Bearer", "expires_in": 3600}

    def _known(self, body: dict[str, Any]) -> Credential:
        found = self.credentials.get(str(body.get("credentialID")))
        if found is None:
            raise Refused(400, "invalid_request", "Invalid parameter credentialID")
        return found

    def _info(self, version: str, body: dict[str, Any]) -> dict[str, Any]:
        one = self._known(body)
        chain = [base64.b64encode(c.public_bytes(Encoding.DER)).decode() for c in one.chain]
        status = "enabled" if one.enabled else "disabled"
        key = {"status": status, "algo": ALGORITHMS[one.kind], "len": one.private.key_size}
        facts: dict[str, Any] = {
            "key": key, "cert": {"status": "valid", "certificates": chain}, "multisign": one.multisign, "SCAL": "2",
        }  # fmt: skip
        if version == "v1":
            return facts | {"authMode": "explicit", "PIN": {"presence": "true"},
                            "OTP": {"presence": "true" if one.otp else "false"}}  # fmt: skip
        objects = [{"type": "Password", "id": name} for name in ("PIN", *(("OTP",) if one.otp else ()))]
        return facts | {"auth": {"mode": "explicit", "objects": objects}}

    def _authorise(self, version: str, body: dict[str, Any]) -> dict[str, Any]:
        one = self._known(body)
        digests = list(body.get("hash" if version == "v1" else "hashes") or [])
        given = body if version == "v1" else {row["id"]: row["value"] for row in body.get("authData") or []}
        if not one.enabled:
            raise Refused(400, "invalid_request", "The credential is disabled")
        if body.get("numSignatures") != len(digests) or not digests:
            raise Refused(400, "invalid_request", "Invalid value for parameter numSignatures")
        if len(digests) > one.multisign:
            raise Refused(400, "invalid_request", "Numbers of signatures is too high")
        if version == "v2" and body.get("hashAlgorithmOID") != SHA256_OID:
            raise Refused(400, "invalid_request", "Invalid parameter hashAlgorithmOID")
        self._consent(one, given)
        sad = secrets.token_urlsafe(24)
        self._activations[sad] = Activation(str(body["credentialID"]), digests, time.monotonic() + LASTS)
        return {"SAD": sad, "expiresIn": LASTS}

    @staticmethod
    def _consent(one: Credential, given: dict[str, Any]) -> None:
        if given.get("PIN") != one.pin:
            one.wrong += 1
            one.enabled = one.enabled and one.wrong < 5
            raise Refused(400, "invalid_pin", "The PIN is invalid")
        if one.otp and given.get("OTP") != one.otp:
            raise Refused(400, "invalid_otp", "The OTP is invalid")
        one.wrong = 0

    def _sign(self, version: str, body: dict[str, Any]) -> dict[str, Any]:
        one = self._known(body)
        digests = list(body.get("hash" if version == "v1" else "hashes") or [])
        agreed = self._activations.pop(str(body.get("SAD")), None)
        if agreed is None or agreed.credential_id != body["credentialID"] or time.monotonic() > agreed.until:
            raise Refused(400, "invalid_request", "Invalid parameter SAD")
        if agreed.digests != digests:
            raise Refused(400, "invalid_request", "Hash is not authorized by the SAD")
        if body.get("signAlgo") not in ALGORITHMS[one.kind]:
            raise Refused(400, "invalid_request", "Invalid parameter signAlgo")
        values = [one.sign(base64.b64decode(digest)) for digest in digests]
        return {"signatures": [base64.b64encode(value).decode() for value in values]}
