"""Signed letters of a simulated office: a page of its own, signed by a person and then by the office (PAdES B-LT).

By pyHanko alone, so that receivers judge a file which nothing of theirs has written.
"""

from __future__ import annotations

import json
import logging
from datetime import date
from io import BytesIO
from pathlib import Path

import pikepdf
import typst
from asn1crypto import crl, pem
from asn1crypto import x509 as asn1
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers.pdf_signer import DSSContentSettings, SigDSSPlacementPreference
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko_certvalidator import ValidationContext

logging.getLogger("pyhanko").setLevel(logging.ERROR)  # it warns that nothing is fetched: all is at hand
PERSON, OFFICE = "person", "office"
PAGE = """
#let d = json(bytes(sys.inputs.data))
#set page(paper: "a4", margin: (top: 20mm, bottom: 20mm, left: 30mm, right: 15mm))
#set text(font: ("Times New Roman", "Tinos", "Libertinus Serif"), size: 14pt, lang: "vi", hyphenate: false)
#set par(justify: true, first-line-indent: (amount: 12.7mm, all: true))
#set document(title: d.subject, author: d.office)
#grid(columns: (45%, 55%), align: center, row-gutter: 3mm,
  text(12pt, weight: "bold", upper(d.office)),
  text(12pt, weight: "bold")[CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM \\ Độc lập - Tự do - Hạnh phúc],
  text(13pt)[Số: #d.code], text(13pt, style: "italic")[Hà Nội, ngày #d.day tháng #d.month năm #d.year],
  text(12pt)[V/v #d.subject])
#align(center, block(above: 8mm, below: 8mm)[Kính gửi: #d.to])
#par[#d.office đã nhận được văn bản số #d.about của quý cơ quan và thống nhất với nội dung của văn bản.]
#par[Đề nghị quý cơ quan tổ chức thực hiện và báo cáo kết quả theo quy định./.]
#v(8mm)
#grid(columns: (45%, 55%), align: center, [], strong[#upper(d.position) #v(24mm) #d.signer])
"""


class Letterhead:
    """The keys of one office in a folder: person.p12, office.p12, tsa.p12, their password, root.pem, lists (*.crl)."""

    def __init__(self, folder: Path) -> None:
        password = (folder / "password").read_bytes().strip()
        self._signers = [_key(folder / f"{name}.p12", password) for name in (PERSON, OFFICE)]
        stamper = _key(folder / "tsa.p12", password)
        self._stamper = DummyTimeStamper(stamper.signing_cert, stamper.signing_key, stamper.cert_registry)
        self._root = asn1.Certificate.load(pem.unarmor((folder / "root.pem").read_bytes())[2])
        self._lists = [crl.CertificateList.load(path.read_bytes()) for path in sorted(folder.glob("*.crl"))]
        subject = x509_of(self._signers[0]).subject.native
        self.signer, self.position = str(subject["common_name"]), str(subject["title"])

    def letter(self, office: str, to: str, code: str, subject: str, about: str, day: date) -> bytes:
        """The PDF with both signatures; number and date stand in it from the start."""
        data = {
            "office": office, "to": to, "code": code, "subject": subject, "about": about, "signer": self.signer,
            "position": self.position, "day": f"{day:%d}", "month": f"{day.month}", "year": f"{day.year}",
        }  # fmt: skip
        page = _without_xmp(typst.compile(PAGE.encode(), sys_inputs={"data": json.dumps(data)}))
        for name, signer in zip((PERSON, OFFICE), self._signers, strict=True):
            page = self._signed(page, name, signer)
        return bytes(page)

    def _signed(self, page: bytes, field: str, signer: SimpleSigner) -> bytes:
        """Evidence goes into the signature's own revision: nothing follows the last signature."""
        metadata = PdfSignatureMetadata(
            field_name=field,
            md_algorithm="sha256",
            subfilter=SigSeedSubFilter.PADES,
            embed_validation_info=True,
            validation_context=ValidationContext(
                trust_roots=[self._root], crls=self._lists, allow_fetching=False, revocation_mode="require"
            ),
            dss_settings=DSSContentSettings(
                include_vri=False, placement=SigDSSPlacementPreference.TOGETHER_WITH_SIGNATURE
            ),
        )
        made = PdfSigner(metadata, signer, timestamper=self._stamper, new_field_spec=SigFieldSpec(field))
        return bytes(made.sign_pdf(IncrementalPdfFileWriter(BytesIO(page))).getvalue())


def _without_xmp(page: bytes) -> bytes:
    """pyHanko would write the time of the second signature into it: a change after the first one."""
    out = BytesIO()
    with pikepdf.open(BytesIO(page)) as file:
        del file.Root.Metadata
        file.save(out)
    return out.getvalue()


def _key(path: Path, password: bytes) -> SimpleSigner:
    """Raises ValueError for a file which does not open."""
    found: SimpleSigner | None = SimpleSigner.load_pkcs12(path, passphrase=password)  # type: ignore[no-untyped-call]
    if found is None:
        raise ValueError(f"không mở được khóa {path.name}")
    return found


def x509_of(signer: SimpleSigner) -> asn1.Certificate:
    """The certificate it signs with."""
    assert signer.signing_cert is not None
    return signer.signing_cert
