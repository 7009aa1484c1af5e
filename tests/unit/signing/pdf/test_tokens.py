"""Time stamp tokens that another program has made: OpenSSL, with everything that the standard lets one write."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID

from services.signing.pdf import tokens
from services.signing.pdf.stamps import answered, request_for
from services.signing.pdf.tokens import TokenWrong
from shared.clock import now
from tests.unit.signing import pki

pytestmark = pytest.mark.skipif(not shutil.which("openssl"), reason="not installed: openssl")
DIGEST, NONCE = hashlib.sha256(b"a signature").digest(), 2**63 - 5
CONFIG = """
[tsa]
default_tsa = one
[one]
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
certs = {folder}/chain.pem
signer_digest = {digest}
default_policy = 1.2.3.4.1
digests = sha256, sha512
accuracy = secs:1, millisecs:500, microsecs:100
clock_precision_digits = {precision}
ordering = {ordering}
tsa_name = yes
ess_cert_id_chain = yes
ess_cert_id_alg = sha256
"""


def openssl(folder: Path, kind: str, digest: str, *, purpose: bool = True, ordering: str = "yes") -> bytes:
    """Its answer to our request."""
    world = pki.world()
    own = world.ca.issue(
        pki.name("Máy chủ thời gian"), kind, purpose=ExtendedKeyUsageOID.TIME_STAMPING if purpose else None
    )
    private = own._private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "tsa.key").write_bytes(private)
    (folder / "tsa.pem").write_bytes(own.certificate.public_bytes(Encoding.PEM))
    above = (world.root.certificate, world.ca.certificate)  # in no order
    (folder / "chain.pem").write_bytes(b"".join(one.public_bytes(Encoding.PEM) for one in above))
    (folder / "serial").write_text("0A1B2C3D4E5F60718293A4B5C6D7E8F901234567\n")
    config = CONFIG.format(folder=folder, digest=digest, ordering=ordering, precision=3)
    (folder / "tsa.cnf").write_text(config)
    (folder / "query.tsq").write_bytes(request_for(DIGEST, NONCE))
    command = ["openssl", "ts", "-reply", "-config", "tsa.cnf", "-queryfile", "query.tsq", "-out", "reply.tsr"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return (folder / "reply.tsr").read_bytes()


@pytest.mark.parametrize(("kind", "digest"), [("rsa", "sha256"), ("rsa", "sha512"), ("ec", "sha384")])
@pytest.mark.parametrize("ordering", ["yes", "no"])
def test_openssls_token_says_what_it_says(tmp_path: Path, kind: str, digest: str, ordering: str) -> None:
    token = answered(openssl(tmp_path, kind, digest, ordering=ordering), DIGEST, NONCE)
    assert token.digest == DIGEST and token.nonce == NONCE and abs((now() - token.at).total_seconds()) < 60
    own = x509.load_pem_x509_certificate((tmp_path / "tsa.pem").read_bytes())
    assert token.chain == (own, pki.world().ca.certificate, pki.world().root.certificate)
    assert tokens.checked(token.der, DIGEST) == token


def test_a_changed_bit_is_noticed_or_changes_nothing_that_is_said(tmp_path: Path) -> None:
    whole = answered(openssl(tmp_path, "ec", "sha256"), DIGEST, NONCE)
    noticed = 0
    for at in range(0, len(whole.der), 3):
        changed = bytearray(whole.der)
        changed[at] ^= 4
        try:
            found = tokens.checked(bytes(changed), DIGEST, NONCE)
        except TokenWrong:
            noticed += 1
        else:
            assert (found.at, found.digest, found.nonce) == (whole.at, whole.digest, whole.nonce)
            assert found.certificate.public_key() == whole.certificate.public_key()
    assert noticed > 100


def test_a_refusal_and_rubbish(tmp_path: Path) -> None:
    good = openssl(tmp_path, "ec", "sha256")
    with pytest.raises(TokenWrong, match="another digest"):
        answered(good, hashlib.sha256(b"another").digest(), NONCE)
    with pytest.raises(TokenWrong, match="another request"):
        answered(good, DIGEST, NONCE + 1)
    (tmp_path / "query.tsq").write_bytes(b"rubbish")
    command = ["openssl", "ts", "-reply", "-config", "tsa.cnf", "-queryfile", "query.tsq", "-out", "reply.tsr"]
    subprocess.run(command, cwd=tmp_path, check=False, capture_output=True)
    for answer, why in (((tmp_path / "reply.tsr").read_bytes(), "status 2"), (b"", "not an answer"), (b"0\x80", "not")):
        with pytest.raises(TokenWrong, match=why):
            answered(answer, DIGEST, NONCE)
