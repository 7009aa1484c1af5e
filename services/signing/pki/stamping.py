"""The time stamper of the demonstration (RFC 3161), asked in this process or over HTTP."""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC

from asn1crypto import algos, cms, tsp
from asn1crypto import x509 as asn1
from cryptography.hazmat.primitives.serialization import Encoding

from services.signing.pdf.keys import SoftKey
from shared.clock import now


class OwnStamper:
    """A `TimeStamper` which signs with this key."""

    def __init__(self, key: SoftKey) -> None:
        self._key = key

    async def token(self, digest: bytes) -> bytes:
        return self.stamped(digest, None).dump()  # type: ignore[no-any-return]

    def answered(self, request: bytes) -> bytes:
        """DER of a TimeStampResp to this TimeStampReq. ValueError if it is none over SHA-256."""
        asked = tsp.TimeStampReq.load(request)
        digest = asked["message_imprint"]["hashed_message"].native
        if asked["message_imprint"]["hash_algorithm"]["algorithm"].native != "sha256" or len(digest) != 32:
            raise ValueError("SHA-256 only")
        token = self.stamped(digest, asked["nonce"].native)
        return tsp.TimeStampResp({"status": {"status": "granted"}, "time_stamp_token": token}).dump()  # type: ignore[no-any-return]

    def stamped(self, digest: bytes, nonce: int | None) -> cms.ContentInfo:
        """The token over this digest, now."""
        imprint = {"hash_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}), "hashed_message": digest}
        info = {
            "version": "v1", "policy": "1.3.6.1.4.1.4146.2.2", "message_imprint": tsp.MessageImprint(imprint),
            "serial_number": secrets.randbits(63), "gen_time": now().astimezone(UTC).replace(microsecond=0),
        }  # fmt: skip
        if nonce is not None:
            info["nonce"] = nonce
        content = tsp.TSTInfo(info).dump()
        own = asn1.Certificate.load(self._key.certificate.public_bytes(Encoding.DER))
        chain = [asn1.Certificate.load(one.public_bytes(Encoding.DER)) for one in self._key.chain]
        essential = tsp.SigningCertificateV2({"certs": [{"cert_hash": hashlib.sha256(own.dump()).digest()}]})
        attributes = cms.CMSAttributes(
            [
                cms.CMSAttribute({"type": "content_type", "values": ["tst_info"]}),
                cms.CMSAttribute({"type": "message_digest", "values": [hashlib.sha256(content).digest()]}),
                cms.CMSAttribute({"type": "signing_certificate_v2", "values": [essential]}),
            ]
        )
        issuer = cms.IssuerAndSerialNumber({"issuer": own.issuer, "serial_number": own.serial_number})
        signer = {
            "version": "v1", "sid": cms.SignerIdentifier("issuer_and_serial_number", issuer),
            "digest_algorithm": {"algorithm": "sha256"}, "signed_attrs": attributes,
            "signature_algorithm": {"algorithm": "sha256_ecdsa"},
            "signature": self._key.sign_now(attributes.untag().dump()),
        }  # fmt: skip
        data = {
            "version": "v3", "digest_algorithms": [{"algorithm": "sha256"}],
            "encap_content_info": {"content_type": "tst_info", "content": cms.ParsableOctetString(content)},
            "certificates": [cms.CertificateChoices("certificate", one) for one in (own, *chain)],
            "signer_infos": [cms.SignerInfo(signer)],
        }  # fmt: skip
        return cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(data)})
