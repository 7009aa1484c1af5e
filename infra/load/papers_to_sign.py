"""Documents that wait for a signature, on disk, of any weight: what the benchmarks of signing sign."""

from __future__ import annotations

import asyncio
import io
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Literal

import pikepdf
import typst

from infra.load.authorities import OFFICE, SIGNER
from services.signing.pdf import drawings
from services.signing.pdf.evidence import NOTHING, Evidence
from services.signing.pdf.keys import Pkcs12Key
from services.signing.pdf.leader import open_leader
from services.signing.pdf.opening import Opened, signed
from services.signing.pdf.prepare import Prepared, prepare
from services.signing.pdf.sealing import open_seal
from services.signing.pdf.signable import Known

Act = Literal["leader signs", "number + date + seal"]
ACTS: tuple[Act, ...] = ("leader signs", "number + date + seal")
PAGE = """
#set page(paper: "a4")
#set text(size: 13pt)
Số: #h(2cm)/QĐ-SKHCN #h(1fr) Tuyên Quang, ngày #h(1cm) tháng #h(1cm) năm 2026
#v(12cm)
#align(right)[*GIÁM ĐỐC* #v(3cm) *Hà Trung Kiên*]
"""


@dataclass(frozen=True)
class Paper:
    """A file, and the key that will sign it."""

    act: Act
    path: Path
    known: Known
    key: Pkcs12Key

    @property
    def content(self) -> bytes:
        return self.path.read_bytes()

    def opener(self, evidence: Evidence = NOTHING, *, stamped: bool = False) -> Callable[..., Opened]:
        """Opens the revision, with everything but the file."""
        if self.act == "leader signs":
            return partial(open_leader, who=self.key, evidence=evidence, stamped=stamped, known=self.known)
        return partial(
            open_seal, number="12", issued=date(2026, 11, 5), key=self.key, evidence=evidence, stamped=stamped,
            known=self.known,
        )  # fmt: skip


def paper(act: Act, megabytes: float, leader: Pkcs12Key, office: Pkcs12Key, folder: Path) -> Paper:
    """A prepared draft of this size; for the seal, signed by the leader."""
    ready = prepared(round(megabytes * 1_000_000) - len(prepared(0).pdf))
    path = folder / f"{act[:6]}-{megabytes}-{leader.certificate.serial_number}.pdf"
    if act == "leader signs":
        path.write_bytes(ready.pdf)
        return Paper(act, path, ready.known, leader)
    waiting = open_leader(ready.pdf, leader, known=ready.known, stamped=False)
    path.write_bytes(asyncio.run(signed(waiting, leader, None)))
    return Paper(act, path, waiting.known, office)


def prepared(weight: int) -> Prepared:
    """A draft, made heavier by a scanned picture of this many bytes, ready to be signed."""
    image, seal = drawings.signature(SIGNER), drawings.seal(OFFICE)
    return prepare(draft(weight), signer_name=SIGNER, signature_image=image, seal_image=seal)


def draft(weight: int) -> bytes:
    """As a word processor would have made it."""
    made = typst.compile(PAGE.encode(), format="pdf")
    assert isinstance(made, bytes)
    with pikepdf.open(io.BytesIO(made)) as document:
        side = int(max(weight, 1) ** 0.5)
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
