"""Typed client of registry."""

from __future__ import annotations

from base64 import b64encode
from typing import Any, Literal
from urllib.parse import quote

from contracts.client import Client
from contracts.gateway.fitting import Fitting
from contracts.message import FileRef
from contracts.registry import api

TUS = {"Tus-Resumable": "1.0.0"}


class RegistryClient(Client):
    service = "registry"

    async def upload_file(
        self, name: str, content: Any, content_type: str = "application/octet-stream", size: int | None = None
    ) -> FileRef:
        """Send one file as a raw body (bytes or an asynchronous iterator of bytes).

        With its `size` known, a file that is too large is refused before it is sent. Problem 413.
        """
        headers = {"X-File-Name": quote(name), "Content-Type": content_type}
        if size is not None:
            headers["Content-Length"] = str(size)
        return FileRef.model_validate(await self.call("POST", "/v1/files", content=content, headers=headers))

    async def begin_upload(self, name: str, size: int) -> str:
        """A file that will come in pieces (tus 1.0): the id of its upload. Problem 413, 415, 422, 429 before a byte."""
        told = f"filename {b64encode(name.encode()).decode()}"
        headers = TUS | {"Upload-Length": str(size), "Upload-Metadata": told}
        answer = await self.raw("POST", "/v1/uploads", headers=headers)
        return answer.headers["Location"].rpartition("/")[2]

    async def upload_offset(self, upload_id: str) -> int:
        """How many bytes have arrived. Problem 404, 410."""
        answer = await self.raw("HEAD", f"/v1/uploads/{quote(upload_id, safe='')}", headers=TUS)
        return int(answer.headers["Upload-Offset"])

    async def send_piece(self, upload_id: str, offset: int, content: Any, checksum: str = "") -> int:
        """More bytes from `offset` on; the new offset. `checksum`: "sha256 <base64>". Problem 409 where others sent."""
        headers = TUS | {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
        if checksum:
            headers["Upload-Checksum"] = checksum
        path = f"/v1/uploads/{quote(upload_id, safe='')}"
        answer = await self.raw("PATCH", path, content=content, headers=headers)
        return int(answer.headers["Upload-Offset"])

    async def finish_upload(self, upload_id: str) -> FileRef:
        """All bytes are there: the file as it was taken in. Problem with what is wrong with it."""
        return FileRef.model_validate(await self.call("POST", f"/v1/uploads/{quote(upload_id, safe='')}/file"))

    async def give_up_upload(self, upload_id: str) -> None:
        await self.raw("DELETE", f"/v1/uploads/{quote(upload_id, safe='')}", headers=TUS)

    async def get_file(self, sha256: str) -> bytes:
        return (await self.raw("GET", f"/v1/files/{sha256}")).content

    async def convert_file(self, sha256: str) -> FileRef:
        """The PDF of an office file. Problem 503 where LibreOffice is not installed."""
        return FileRef.model_validate(await self.call("POST", f"/v1/files/{sha256}/pdf"))

    async def check_layout(self, sha256: str) -> api.LayoutReport:
        """Which rules of the form a PDF or office file breaks. Problem 503 where LibreOffice is needed and missing."""
        return api.LayoutReport.model_validate(await self.call("GET", f"/v1/files/{sha256}/layout"))

    async def list_copy_kinds(self) -> list[api.CopyKind]:
        return [api.CopyKind.model_validate(row) for row in await self.call("GET", "/v1/copy-kinds")]

    async def ask_for_copy(self, copy: api.NewCopy, *, idempotency_key: str | None = None) -> api.CopyView:
        """Problem 422 with the reason for what NĐ 30/2020 Đ25 does not allow."""
        answer = await self.call("POST", "/v1/copies", json=copy, idempotency_key=idempotency_key)
        return api.CopyView.model_validate(answer)

    async def list_copies(
        self, *, state: str | None = None, cursor: str | None = None, limit: int | None = None
    ) -> tuple[list[api.CopyView], str | None]:
        params = {"state": state, "cursor": cursor, "limit": limit}
        answer = await self.call("GET", "/v1/copies", params=params)
        return [api.CopyView.model_validate(row) for row in answer["items"]], answer["next"]

    async def get_copy(self, copy_id: str) -> api.CopyView:
        return api.CopyView.model_validate(await self.call("GET", f"/v1/copies/{copy_id}"))

    async def decide_on_copy(self, copy_id: str, *, agree: bool, reason: str = "") -> api.CopyView:
        body = {"agree": agree, "reason": reason}
        return api.CopyView.model_validate(await self.call("POST", f"/v1/copies/{copy_id}/decide", json=body))

    async def number_copy(self, copy_id: str) -> api.CopyView:
        return api.CopyView.model_validate(await self.call("POST", f"/v1/copies/{copy_id}/number"))

    async def give_copy_authority(self, authority: api.NewCopyAuthority) -> None:
        await self.raw("POST", "/v1/copy-authorities", json=authority)

    async def arrival_stamp(self, incoming_id: str) -> bytes:
        """The stamp "ĐẾN" alone, in true size (PDF)."""
        return (await self.raw("GET", f"/v1/incoming/{incoming_id}/arrival-stamp.pdf")).content

    async def stamped_copy(self, incoming_id: str) -> bytes:
        """A copy of the main file for printing, with the stamp "ĐẾN" on page 1 (PDF)."""
        return (await self.raw("GET", f"/v1/incoming/{incoming_id}/stamped.pdf")).content

    async def list_templates(self) -> list[api.Template]:
        return [api.Template.model_validate(row) for row in await self.call("GET", "/v1/templates")]

    async def render_draft(self, template: str, data: dict[str, Any]) -> FileRef:
        answer = await self.call("POST", "/v1/drafts:render", json={"template": template, "data": data})
        return FileRef.model_validate(answer)

    async def create_draft(self, draft: api.NewDraft, *, idempotency_key: str | None = None) -> api.Document:
        return await self._document("POST", "/v1/drafts", json=draft, idempotency_key=idempotency_key)

    async def change_draft(self, document_id: str, draft: api.NewDraft, *, etag: str) -> api.Document:
        """Save a new version. Problem 412 when somebody else saved since `etag` was read."""
        return await self._document("PUT", f"/v1/drafts/{document_id}", json=draft, headers={"If-Match": f'"{etag}"'})

    async def submit_draft(self, document_id: str) -> api.Document:
        return await self._document("POST", f"/v1/drafts/{document_id}/submit")

    async def list_documents(
        self, *, state: str | None = None, q: str | None = None, cursor: str | None = None, limit: int | None = None
    ) -> tuple[list[api.DocumentRow], str | None]:
        """One page of the office's outgoing documents, and the cursor of the next."""
        params = {"direction": "outgoing", "state": state, "q": q, "cursor": cursor, "limit": limit}
        answer = await self.call("GET", "/v1/documents", params=params)
        return [api.DocumentRow.model_validate(row) for row in answer["items"]], answer["next"]

    async def get_document(self, document_id: str) -> api.Document:
        return await self._document("GET", f"/v1/documents/{document_id}")

    async def number_document(self, document_id: str) -> api.Document:
        return await self._document("POST", f"/v1/documents/{document_id}/number")

    async def reseal_document(self, document_id: str) -> api.Document:
        return await self._document("POST", f"/v1/documents/{document_id}/reseal")

    async def sending_plan(self, document_id: str) -> Fitting:
        """Which partners would not take the document as it is, why, and what to do."""
        return Fitting.model_validate(await self.call("GET", f"/v1/documents/{document_id}/sending-plan"))

    async def issue_document(
        self, document_id: str, *, annexes_confirmed: bool = False, large_files: Literal["", "link"] = ""
    ) -> api.Document:
        body = api.IssueRequest(annexes_confirmed=annexes_confirmed, large_files=large_files)
        return await self._document("POST", f"/v1/documents/{document_id}/issue", json=body)

    async def recall_document(self, document_id: str, organ_ids: list[str], reason: str) -> api.Document:
        body = {"organ_ids": organ_ids, "reason": reason}
        return await self._document("POST", f"/v1/documents/{document_id}/recall", json=body)

    async def order_recall(self, document_id: str, reason: str) -> api.Document:
        return await self._document("POST", f"/v1/documents/{document_id}/recall-order", json={"reason": reason})

    async def sent_on_paper(self, document_id: str, reason: str) -> api.Document:
        """Write down that an issued document went out on paper too."""
        return await self._document("POST", f"/v1/documents/{document_id}/paper", json={"reason": reason})

    async def list_incoming(
        self, *, state: str | None = None, q: str | None = None, cursor: str | None = None, limit: int | None = None
    ) -> tuple[list[api.IncomingRow], str | None]:
        """One page of the office's incoming documents, and the cursor of the next."""
        params = {"state": state, "q": q, "cursor": cursor, "limit": limit}
        answer = await self.call("GET", "/v1/incoming", params=params)
        return [api.IncomingRow.model_validate(row) for row in answer["items"]], answer["next"]

    async def get_incoming(self, incoming_id: str) -> api.Incoming:
        return await self._incoming("GET", f"/v1/incoming/{incoming_id}")

    async def accept_incoming(self, incoming_id: str, body: api.AcceptRequest | None = None) -> api.Incoming:
        path = f"/v1/incoming/{incoming_id}/accept"
        return await self._incoming("POST", path, json=body or api.AcceptRequest())

    async def refuse_incoming(self, incoming_id: str, reason: str) -> api.Incoming:
        return await self._incoming("POST", f"/v1/incoming/{incoming_id}/refuse", json={"reason": reason})

    async def answer_take_back(self, incoming_id: str, agree: bool, reason: str = "") -> api.Incoming:
        body = {"agree": agree, "reason": reason}
        return await self._incoming("POST", f"/v1/incoming/{incoming_id}/take-back", json=body)

    async def get_register(self, direction: str, year: int | None = None) -> list[api.RegisterRow]:
        rows = await self.call("GET", f"/v1/registers/{direction}", params={"year": year})
        return [api.RegisterRow.model_validate(row) for row in rows]

    async def get_register_pdf(self, direction: str, year: int | None = None) -> bytes:
        return (await self.raw("GET", f"/v1/registers/{direction}.pdf", params={"year": year})).content

    async def get_usage(self, month: str, office_id: str | None = None) -> api.UsageReport:
        """The figures of a month ("2026-11"): the office beside the province; every office for who sees all."""
        params = {"month": month, "office_id": office_id}
        return api.UsageReport.model_validate(await self.call("GET", "/v1/usage", params=params))

    async def get_counts(self) -> api.Counts:
        return api.Counts.model_validate(await self.call("GET", "/v1/counts"))

    async def _document(self, method: str, path: str, **kwargs: Any) -> api.Document:
        return api.Document.model_validate(await self.call(method, path, **kwargs))

    async def _incoming(self, method: str, path: str, **kwargs: Any) -> api.Incoming:
        return api.Incoming.model_validate(await self.call(method, path, **kwargs))
