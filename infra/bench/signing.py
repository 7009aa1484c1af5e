"""The leader's signature against the bare cryptography: SHA-256 of the file once and one private-key signature."""

from __future__ import annotations

import asyncio
import hashlib
import io
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

import pikepdf
import typst
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID

from infra.bench.frame import Row, within
from services.signing.pdf import drawings
from services.signing.pdf.keys import SoftKey
from services.signing.pdf.leader import sign_leader
from services.signing.pdf.prepare import prepare
from services.signing.pdf.reader import Bytes

SIGNER = "Hà Trung Kiên"
GOALS = {("RSA-2048", 0.2): 2.0, ("P-256", 0.2): 4.0, ("RSA-2048", 20.0): 1.2, ("P-256", 20.0): 1.2}
REPEATS = 15
PAGE = """
#set page(paper: "a4")
#set text(size: 13pt)
Số: #h(2cm)/QĐ-SKHCN #h(1fr) Tuyên Quang, ngày #h(1cm) tháng #h(1cm) năm 2026
#v(12cm)
#align(right)[*GIÁM ĐỐC* #v(3cm) *Hà Trung Kiên*]
"""


def rows() -> list[Row]:
    image = drawings.signature(SIGNER)
    found = []
    for megabytes in (0.2, 20.0):
        ready = prepare(_draft(megabytes), signer_name=SIGNER).pdf
        content = bytes(ready)
        for kind in ("RSA-2048", "P-256"):
            key = _key(kind)
            ours = _best(partial(_sign, ready, key, image))
            floor = _best(partial(_bare, content, key))
            name = f"leader signs {len(content) / 1e6:.1f} MB, B-B, {kind}"
            found.append(within(name, ours * 1000, floor * 1000, "ms", at_most=GOALS[kind, megabytes]))
    return found


def _sign(ready: Bytes, key: SoftKey, image: bytes) -> bytes:
    return asyncio.run(sign_leader(ready, key, image=image))


def _bare(content: bytes, key: SoftKey) -> bytes:
    return key.sign_now(hashlib.sha256(content).digest())


def _best(act: Callable[[], object]) -> float:
    act()
    times = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        act()
        times.append(time.perf_counter() - started)
    return min(times)


def _draft(megabytes: float) -> bytes:
    """A draft of this size: a scanned picture on its page makes the weight."""
    made = typst.compile(PAGE.encode(), format="pdf")
    assert isinstance(made, bytes)
    with pikepdf.open(io.BytesIO(made)) as document:
        side = int(max(megabytes * 1_000_000 - len(made), 1) ** 0.5)
        picture = pikepdf.Stream(document, os.urandom(side * side))
        picture.Type, picture.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
        picture.Width, picture.Height, picture.BitsPerComponent = side, side, 8
        picture.ColorSpace = pikepdf.Name.DeviceGray
        page = document.pages[0]
        page.Resources.XObject = pikepdf.Dictionary(Scan=document.make_indirect(picture))
        page.contents_add(b"q 1 0 0 1 60 60 cm /Scan Do Q")
        out = io.BytesIO()
        document.save(out)
        return out.getvalue()


def _key(kind: str) -> SoftKey:
    private: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey = (
        rsa.generate_private_key(65537, 2048) if kind.startswith("RSA") else ec.generate_private_key(ec.SECP256R1())
    )
    name, begin = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, SIGNER)]), datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(1)
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=1))
        .sign(private, SHA256())
    )
    return SoftKey(private, certificate)
