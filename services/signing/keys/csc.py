"""A key that a trust service keeps for its owner, asked over the API of the Cloud Signature Consortium (v1 and v2).

One authorisation (PIN, OTP, or a tap on the telephone) covers a whole batch, as far as the service allows it.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import time
from collections.abc import Sequence
from typing import Any

import httpx
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from services.signing.keys.protocol import Consent
from services.signing.keys.refusals import KeyRefused, KeyUnavailable, WrongOtp, WrongPin
from services.signing.pdf.keys import Owner, OwnerElsewhere
from services.signing.settings import KeyService

SHA256 = "2.16.840.1.101.3.4.2.1"
RSA, RSA_SHA256, ECDSA_SHA256 = "1.2.840.113549.1.1.1", "1.2.840.113549.1.1.11", "1.2.840.10045.4.3.2"


class Service:
    """One trust service. Its access token is kept until it ends."""

    def __init__(self, name: str, settings: KeyService, client: httpx.AsyncClient) -> None:
        self.name, self.settings = name, settings
        self._client, self._token, self._turn = client, ("", 0.0), asyncio.Lock()

    async def credential(self, credential_id: str) -> dict[str, Any]:
        """What the service says of the key: certificates, algorithms, how many signatures one authorisation covers."""
        body = {"credentialID": credential_id, "certificates": "chain", "certInfo": False, "authInfo": True}
        return await self._ask("credentials/info", body)

    async def authorise(self, credential_id: str, digests: Sequence[bytes], consent: Consent) -> str:
        """The signature activation data for exactly these digests. Waits for a holder who confirms elsewhere."""
        body: dict[str, Any] = {
            "credentialID": credential_id, "numSignatures": len(digests), "description": "Ký văn bản trên QLVB",
        }  # fmt: skip
        texts = [base64.b64encode(one).decode() for one in digests]
        given = {name: value for name, value in (("PIN", consent.pin), ("OTP", consent.otp)) if value}
        if self.settings.version == "v1":
            body |= {"hash": texts, **given}
        else:
            shown = [{"id": name, "value": value} for name, value in given.items()]
            body |= {"hashes": texts, "hashAlgorithmOID": SHA256, "authData": shown}
        return str((await self._ask("credentials/authorize", body)).get("SAD", ""))

    async def signatures(self, credential_id: str, sad: str, digests: Sequence[bytes], algorithm: str) -> list[bytes]:
        names = ("hash", "hashAlgo") if self.settings.version == "v1" else ("hashes", "hashAlgorithmOID")
        body = {
            "credentialID": credential_id, "SAD": sad, names[0]: [base64.b64encode(one).decode() for one in digests],
            names[1]: SHA256, "signAlgo": algorithm,
        }  # fmt: skip
        values = (await self._ask("signatures/signHash", body)).get("signatures")
        if not isinstance(values, list) or len(values) != len(digests):
            raise KeyUnavailable(why=f"{self.name}: số chữ ký trả về không đúng")
        return [base64.b64decode(one) for one in values]

    async def _ask(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {await self._access()}"}
        return await self._sent(f"{self.settings.url.rstrip('/')}/{path}", headers=headers, json=body)

    async def _access(self) -> str:
        """OAuth 2.0 client credentials; one request at a time."""
        async with self._turn:
            token, until = self._token
            if time.monotonic() >= until:
                settings = self.settings
                form = {
                    "grant_type": "client_credentials", "client_id": settings.client_id,
                    "client_secret": settings.client_secret.get_secret_value(),
                }  # fmt: skip
                url = settings.token_url or f"{settings.url.rstrip('/')}/oauth2/token"
                answer = await self._sent(url, data=form)
                token, lasts = str(answer.get("access_token", "")), float(answer.get("expires_in") or 3600)
                self._token = (token, time.monotonic() + lasts * 0.9)
            return token

    async def _sent(self, url: str, **more: Any) -> dict[str, Any]:
        try:
            answer = await self._client.post(url, timeout=self.settings.seconds, **more)
            content = answer.json() if answer.content else {}
        except (httpx.HTTPError, ValueError) as error:
            raise KeyUnavailable(why=f"{self.name}: {type(error).__name__}") from error
        if not isinstance(content, dict):
            raise KeyUnavailable(why=f"{self.name}: trả lời sai mẫu")
        if answer.is_success:
            return content
        if answer.status_code == 401:
            self._token = ("", 0.0)
        raise _refusal(self.name, answer.status_code, content)


def _refusal(name: str, status: int, content: dict[str, Any]) -> Exception:
    """CSC names its errors in `error`; older services only in the description."""
    error, words = str(content.get("error", "")), str(content.get("error_description", ""))[:200]
    if error == "invalid_pin" or (error == "invalid_request" and "PIN" in words):
        return WrongPin()
    if error == "invalid_otp" or (error == "invalid_request" and "OTP" in words):
        return WrongOtp()
    if status >= 500 or status in (401, 404, 429):
        return KeyUnavailable(why=f"{name}: {error or status}")
    return KeyRefused(why=words or error or str(status))


class RemoteKey:
    """A credential whose holder has given the consent for what is signed next."""

    def __init__(
        self, service: Service, credential_id: str, consent: Consent, owner: Owner, facts: dict[str, Any]
    ) -> None:
        self._service, self._id, self._consent = service, credential_id, consent
        self.certificate, self.chain = owner.certificate, tuple(owner.chain)
        self._at_once = max(1, int(facts.get("multisign") or 1))
        self._algorithm = _algorithm(owner.certificate, facts.get("key") or {})

    async def sign(self, data: bytes) -> bytes:
        return (await self.sign_all([data]))[0]

    async def sign_all(self, datas: Sequence[bytes]) -> list[bytes]:
        digests = [hashlib.sha256(data).digest() for data in datas]
        if self._consent.otp and len(digests) > self._at_once:
            raise KeyRefused(why=f"mỗi mã OTP chỉ ký được {self._at_once} văn bản")
        found: list[bytes] = []
        for first in range(0, len(digests), self._at_once):
            part = digests[first : first + self._at_once]
            sad = await self._service.authorise(self._id, part, self._consent)
            found += await self._service.signatures(self._id, sad, part, self._algorithm)
        return [self._as_der(one) for one in found]

    def _as_der(self, value: bytes) -> bytes:
        """Curves: services give DER, or r and s side by side."""
        public = self.certificate.public_key()
        if not isinstance(public, ec.EllipticCurvePublicKey):
            return value
        try:
            decode_dss_signature(value)
        except ValueError:
            half = len(value) // 2
            return encode_dss_signature(int.from_bytes(value[:half]), int.from_bytes(value[half:]))
        return value


def _algorithm(certificate: x509.Certificate, key: dict[str, Any]) -> str:
    if isinstance(certificate.public_key(), ec.EllipticCurvePublicKey):
        return ECDSA_SHA256
    return RSA if RSA_SHA256 not in (key.get("algo") or [RSA_SHA256]) else RSA_SHA256


async def opened(service: Service, credential_id: str, consent: Consent, owner: Owner) -> RemoteKey:
    """The key as the service describes it now. KeyRefused if it is blocked there; KeyUnavailable."""
    facts = await service.credential(credential_id)
    key = facts.get("key") or {}
    if key.get("status", "enabled") != "enabled":
        raise KeyRefused(why=f"khóa ở trạng thái “{key.get('status')}”")
    if owner_of(facts).certificate != owner.certificate:
        raise KeyRefused(why="chứng thư ở dịch vụ khác với chứng thư đã đăng ký")
    return RemoteKey(service, credential_id, consent, owner, facts)


def owner_of(facts: dict[str, Any]) -> OwnerElsewhere:
    """The certificate with its chain, out of what the service says. KeyUnavailable."""
    texts = (facts.get("cert") or {}).get("certificates") or []
    try:
        own, *chain = [x509.load_der_x509_certificate(base64.b64decode(one)) for one in texts]
    except ValueError as error:
        raise KeyUnavailable(why="dịch vụ không trả về chứng thư đọc được") from error
    return OwnerElsewhere(own, tuple(chain))
