"""The same acts by pyHanko as its documentation shows them: what ours are compared with."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image
from pyhanko.keys import load_cert_from_pemder
from pyhanko.pdf_utils import images, layout
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers, timestamps
from pyhanko.sign.signers.pdf_signer import DSSContentSettings, SigDSSPlacementPreference
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator import ValidationContext

from services.signing.pdf import names


def sign(pdf: bytes, p12: Path, image: bytes, *, leader: bool, tsa: str = "", root: Path | None = None) -> bytes:
    """B-B; with `tsa` and `root` B-LT, asking the authorities anew as the examples do."""
    signer = signers.SimpleSigner.load_pkcs12(str(p12), passphrase=b"")  # type: ignore[no-untyped-call]
    trust = [load_cert_from_pemder(str(root))] if root else []  # type: ignore[no-untyped-call]
    meta = signers.PdfSignatureMetadata(
        field_name=names.LEADER if leader else names.SEAL,
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        certify=leader,
        docmdp_permissions=fields.MDPPerm.FILL_FORMS,
        embed_validation_info=bool(tsa),
        validation_context=ValidationContext(trust_roots=trust, allow_fetching=True) if tsa else None,
        dss_settings=DSSContentSettings(include_vri=False, placement=SigDSSPlacementPreference.TOGETHER_WITH_SIGNATURE)
        if tsa
        else DSSContentSettings(),
    )
    style = StaticStampStyle(
        border_width=0,
        background=images.PdfImage(Image.open(io.BytesIO(image))),
        background_opacity=1,
        background_layout=layout.SimpleBoxLayoutRule(
            layout.AxisAlignment.ALIGN_MID, layout.AxisAlignment.ALIGN_MID, margins=layout.Margins(0, 0, 0, 0)
        ),
    )
    made = signers.PdfSigner(
        meta, signer, timestamper=timestamps.HTTPTimeStamper(tsa) if tsa else None, stamp_style=style
    )
    return made.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), output=io.BytesIO()).getvalue()  # type: ignore[no-any-return]


def approvals(pdf: bytes, p12: Path, count: int, tsa: str, root: Path) -> bytes:
    """The file with so many approval signatures B-LT, each in a revision of its own with its evidence."""
    signer = signers.SimpleSigner.load_pkcs12(str(p12), passphrase=b"")  # type: ignore[no-untyped-call]
    trust = ValidationContext(trust_roots=[load_cert_from_pemder(str(root))], allow_fetching=True)  # type: ignore[no-untyped-call]
    together = DSSContentSettings(include_vri=False, placement=SigDSSPlacementPreference.TOGETHER_WITH_SIGNATURE)
    for name in (f"Signature{number}" for number in range(count)):
        meta = signers.PdfSignatureMetadata(
            field_name=name,
            md_algorithm="sha256",
            subfilter=fields.SigSeedSubFilter.PADES,
            embed_validation_info=True,
            validation_context=trust,
            dss_settings=together,
        )
        spec = fields.SigFieldSpec(name)
        made = signers.PdfSigner(meta, signer, timestamper=timestamps.HTTPTimeStamper(tsa), new_field_spec=spec)
        pdf = made.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), output=io.BytesIO()).getvalue()
    return pdf
