"""Judging signed files against the bare cryptography: SHA-256 of the file twice and the signatures to be checked.

Processor time. Our own files are judged with empty caches: no certificate was ever seen. pyHanko under the same policy
stands beside them.
"""

from __future__ import annotations

import asyncio
import hashlib
import tempfile
import time
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

import typst
import uvloop
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from infra.bench.frame import Row, absolute
from infra.load import pyhanko_signer
from infra.load.authorities import OFFICE, SIGNER, Place, running
from services.signing.authorities.gathering import Gatherer
from services.signing.authorities.stamper import HttpTimeStamper
from services.signing.authorities.wire import Wire
from services.signing.judging import examination
from services.signing.judging.remaking import certificates
from services.signing.judging.remaking import judge as remaking
from services.signing.judging.verdict import Expected
from services.signing.pdf import drawings
from services.signing.pdf.evidence import NOTHING
from services.signing.pdf.leader import sign_leader
from services.signing.pdf.prepare import prepare
from services.signing.pdf.sealing import number_and_seal
from services.signing.service import service
from services.signing.verdicts import actions as verdicts
from shared.clock import now
from shared.testing import running as serving

KIND = "P-256"
PAGES = {2: 20.0, 500: 60.0}  # pages: milliseconds of the goal
CHECKS = 12  # two signatures, two time stamps, four certificates, three answers of OCSP, one list
MANY = 50
PAPER = """
#set page(paper: "a4", margin: (top: 2cm, bottom: 2cm, left: 3cm, right: 1.5cm))
#set text(font: "Tinos", size: 13pt, lang: "vi")
Số: #h(2cm)/QĐ-SKHCN #h(1fr) _Tuyên Quang, ngày #h(1cm) tháng #h(1cm) năm 2026_
#for page in range({pages}) {{
  lorem(300)
  if page < {pages} - 1 {{ pagebreak() }}
}}
#align(right)[*GIÁM ĐỐC* #v(3cm) *{signer}*]
"""


def rows() -> list[Row]:
    with tempfile.TemporaryDirectory(dir="/var/tmp") as name, running(Path(name)) as place:
        found = []
        for pages, goal in PAGES.items():
            found += _own(uvloop.run(_issued(place, pages)), place, pages, goal)
        pdf = uvloop.run(_issued(place, 2))
        found.append(asyncio.run(_kept(pdf, Path(name))))
        found.append(_foreign(place, Path(name)))
        return found


async def _issued(place: Place, pages: int) -> bytes:
    """Signed by the leader, numbered and sealed, B-LT."""
    wire = Wire(local=True)
    leader, office = place.leaders[KIND], place.offices[KIND]
    gatherer, stamper = Gatherer([place.root], wire), HttpTimeStamper([f"{place.url}/tsa"], wire)
    draft = typst.compile(PAPER.format(pages=pages, signer=SIGNER).encode(), format="pdf")
    assert isinstance(draft, bytes)
    image, seal = drawings.signature(SIGNER), drawings.seal(OFFICE)
    ready = prepare(draft, signer_name=SIGNER, signature_image=image, seal_image=seal).pdf
    evidence = await gatherer.evidence(leader, office, *await stamper.chains())
    signed = await sign_leader(ready, leader, tsa=stamper, evidence=evidence)
    day = date(2026, 11, 5)
    sealed = await number_and_seal(signed, number="12", issued=day, key=office, tsa=stamper, evidence=evidence)
    await wire.close()
    return sealed


def _own(pdf: bytes, place: Place, pages: int, goal: float) -> list[Row]:
    def first_time() -> None:
        for cache in (certificates.read, certificates.loaded, certificates._issued):
            cache.cache_clear()
        verdict = remaking.judge(pdf, [place.root], now())
        assert verdict is not None and verdict.valid

    bare = _processor(partial(_bare, pdf), 20)
    name, words = f"judge: our two signatures, {pages} pages, processor time", "for comparison"
    slow = _processor(partial(examination.judge, pdf, [place.root], now(), NOTHING, Expected()), 2)
    return [
        absolute(f"{name}, first time", _processor(first_time, 20), "ms", goal=goal, floor=bare),
        Row(f"{name}, pyHanko, our policy", round(slow, 1), round(bare, 3), "ms", round(slow / bare), words, True),
    ]


def _bare(pdf: bytes) -> None:
    """What no judge can spare."""
    for _ in range(2):
        hashlib.sha256(pdf).digest()
    key, signature = _signed()
    for _ in range(CHECKS):
        key.verify(signature, b"", ec.ECDSA(hashes.SHA256()))


def _signed(made: list[tuple[ec.EllipticCurvePublicKey, bytes]] = []) -> tuple[ec.EllipticCurvePublicKey, bytes]:  # noqa: B006
    if not made:
        private = ec.generate_private_key(ec.SECP256R1())
        made.append((private.public_key(), private.sign(b"", ec.ECDSA(hashes.SHA256()))))
    return made[0]


async def _kept(pdf: bytes, folder: Path) -> Row:
    """The kept report on a file that comes again: its hash, one look into the table."""
    async with serving(service, tmp_path=folder / "signing") as system:
        runtime = system.runtime("signing")
        await verdicts.report_on(runtime, hashlib.sha256(pdf).hexdigest(), pdf)
        best = float("inf")
        for _ in range(40):
            started = time.process_time()
            for _ in range(10):
                assert await verdicts.kept(runtime, hashlib.sha256(pdf).hexdigest()) is not None
            best = min(best, (time.process_time() - started) * 100)
    bare = _processor(lambda: hashlib.sha256(pdf).digest(), 20)
    return absolute("judge: a file that was judged before, processor time", best, "ms", goal=1, floor=bare)


def _foreign(place: Place, folder: Path) -> Row:
    """Fifty signatures of other software, each change between them examined."""
    draft = typst.compile(PAPER.format(pages=2, signer=SIGNER).encode(), format="pdf")
    assert isinstance(draft, bytes)
    pdf = pyhanko_signer.approvals(draft, folder / f"leader-{KIND}.p12", MANY, f"{place.url}/tsa", folder / "root.pem")

    def act() -> None:
        found = examination.judge(pdf, [place.root], now(), NOTHING, Expected(sealed=False))
        assert len(found.signatures) == MANY and all(one.valid for one in found.signatures), found.reasons

    return absolute(
        f"judge: {MANY} signatures of other software, processor time", _processor(act, 2) / 1000, "s", goal=5
    )


def _processor(act: Callable[[], object], repeats: int) -> float:
    """The quickest, in ms."""
    found = []
    for _ in range(repeats):
        started = time.process_time()
        act()
        found.append(time.process_time() - started)
    return min(found) * 1000
