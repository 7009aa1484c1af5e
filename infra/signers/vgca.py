"""The signing tool of Ban Cơ yếu on a person's machine, as far as a system meets it.

Its plug-in opens a web socket to the tool, one path a function, and sends the parameters as JSON. The tool fetches the
file, signs it with the person's device (pyHanko stands in for its writer), uploads it, and answers the plug-in's
call-back with {Status, Message, FileName, FileServer}; 0 is success.
"""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Callable
from typing import Any

import httpx
from asn1crypto import keys
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from PIL import Image, ImageDraw, ImageFont
from pyhanko.pdf_utils.images import PdfImage
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers, timestamps
from pyhanko.stamp import TextStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket

PATHS = {
    "vgca_sign_approved": "/SignApproved", "vgca_sign_issued": "/SignIssued", "vgca_sign_appendix": "/SignAppendix"
}  # fmt: skip
FACE = "/usr/share/fonts/truetype/croscore/Tinos-Regular.ttf"


class SigningTool:
    """With one device plugged in. `picture` (PNG) stands for the signature; `stamper`: URL of a time stamper."""

    def __init__(
        self, private: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, chain: tuple[x509.Certificate, ...],
        picture: bytes, *, stamper: str = "",
    ) -> None:  # fmt: skip
        own, *above = (asn1.Certificate.load(one.public_bytes(Encoding.DER)) for one in chain)
        raw = private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        key = keys.PrivateKeyInfo.load(raw)
        known: Any = SimpleCertificateStore()  # type: ignore[no-untyped-call]
        known.register_multiple([own, *above])
        self._signer = signers.SimpleSigner(own, key, known)
        self._stamper = timestamps.HTTPTimeStamper(stamper) if stamper else None
        self._picture, self.asked = picture, list[tuple[str, dict[str, Any]]]()
        self.spoil: Callable[[bytes], bytes] | None = None  # what a broken tool would do to the file

    def app(self) -> Starlette:
        """What listens on the person's machine."""
        return Starlette(routes=[WebSocketRoute(path, self._answer(name)) for name, path in PATHS.items()])

    def _answer(self, function: str) -> Any:
        async def answer(socket: WebSocket) -> None:
            await socket.accept()
            wanted = json.loads(await socket.receive_text())
            self.asked.append((function, wanted))
            await socket.send_text(json.dumps(await asyncio.to_thread(self._done, function, wanted)))
            await socket.close()

        return answer

    def _done(self, function: str, wanted: dict[str, Any]) -> dict[str, Any]:
        session = {"Authorization": f"Bearer {wanted['JWTToken']}"}
        fetched = httpx.get(wanted["FileName"], headers=session, timeout=60)
        if fetched.status_code != 200:
            return {"Status": 10, "Message": f"Không tải được tệp ({fetched.status_code})", "FileServer": ""}
        signed = self._signed(fetched.content, self._shown(function, wanted))
        if self.spoil is not None:
            signed = self.spoil(signed)
        name = wanted["FileName"].rsplit("/", 1)[-1]
        files = {"uploadfile": (name, signed, "application/pdf")}
        answer = httpx.post(wanted["FileUploadHandler"], files=files, headers=session, timeout=60)
        told = answer.json()
        if answer.status_code != 200 or not told["Status"]:
            return {"Status": 11, "Message": told.get("Message", answer.text), "FileServer": ""}
        return {"Status": 0, "Message": "", "FileName": told["FileName"], "FileServer": told["FileServer"]}

    def _shown(self, function: str, wanted: dict[str, Any]) -> Image.Image:
        """The picture; on an appendix a line with the number and the moment."""
        if function != "vgca_sign_appendix":
            return Image.open(io.BytesIO(self._picture))
        image = Image.new("RGBA", (1200, 60), (0, 0, 0, 0))
        line = f"Số: {wanted['DocNumber']}; {wanted['IssuedDate']}"
        ImageDraw.Draw(image).text((0, 5), line, fill=(0, 0, 0, 255), font=ImageFont.truetype(FACE, 40))
        return image

    def _signed(self, pdf: bytes, shown: Image.Image) -> bytes:
        """In the first signature field that is empty."""
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
        name = next(fields.enumerate_sig_fields(writer, filled_status=False))[0]
        style = TextStampStyle(
            stamp_text=" ", border_width=0, background=PdfImage(shown, writer=writer), background_opacity=1
        )  # fmt: skip
        meta = signers.PdfSignatureMetadata(
            field_name=name, md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES
        )
        work = signers.PdfSigner(meta, self._signer, timestamper=self._stamper, stamp_style=style)
        return bytes(work.sign_pdf(writer).getvalue())


def call(tool: SigningTool, function: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """What the page's plug-in does: sends the parameters, and hands the answer to the call-back."""
    with TestClient(tool.app()) as machine, machine.websocket_connect(PATHS[function]) as socket:
        socket.send_text(json.dumps(parameters))
        answer: dict[str, Any] = json.loads(socket.receive_text())
        return answer
