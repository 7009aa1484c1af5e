"""Stand-ins of the five services: they answer what a test put there and remember what the portal asked of them."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pikepdf
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from services.portal.service import service as portal
from shared.assembly import assemble, started
from shared.service import Runtime
from shared.settings import Settings

AT = "2026-11-20T07:05:00+00:00"
ROLES = {"tuyetnta": "specialist", "lanpn": "clerk", "kienht": "leader", "vinhlq": "deputy", "hungtv": "unit_head"}
ROLES["luubt"] = "archivist"
ROLES["quanmt"] = "system_admin"  # looks after the system, handles no documents
NAMES = {
    "tuyetnta": "Nguyễn Thị Ánh Tuyết",
    "lanpn": "Phạm Ngọc Lan",
    "kienht": "Hoàng Trung Kiên",
    "vinhlq": "Lê Quang Vinh",
    "hungtv": "Trần Văn Hùng",
    "luubt": "Bàn Thị Lưu",
    "quanmt": "Ma Thị Quản",
}


def person(key: str) -> dict[str, Any]:
    return {
        "id": key,
        "full_name": NAMES[key],
        "user_name": f"{key}.skhcn",
        "position": {"leader": "Giám đốc", "deputy": "Phó Giám đốc"}.get(ROLES[key], "Chuyên viên"),
        "office_id": "O1",
        "office_name": "Sở Khoa học và Công nghệ",
        "unit_name": "Phòng Chuyển đổi số",
        "roles": [ROLES[key]],
        "active": True,
    }


def blank_pdf() -> bytes:
    import io

    made = pikepdf.new()
    made.add_blank_page(page_size=(595, 842))
    made.add_blank_page(page_size=(595, 842))
    out = io.BytesIO()
    made.save(out, deterministic_id=True)
    return out.getvalue()


PDF = blank_pdf()
SHA = hashlib.sha256(PDF).hexdigest()
FILE = {"sha256": SHA, "size": len(PDF), "name": "vb.pdf", "content_type": "application/pdf", "role": "main"}


def task(kind: str, **more: Any) -> dict[str, Any]:
    base = {
        "id": f"T-{kind}",
        "kind": kind,
        "object_type": "draft",
        "object_id": "D1",
        "urgency": 0,
        "sender": "Bộ KH&CN",
    }
    base |= {"subject": "Báo cáo kết quả gửi, nhận văn bản điện tử", "opened_at": AT, "due_at": None, "note": ""}
    return base | more


def outgoing(state: str = "DRAFT", **more: Any) -> dict[str, Any]:
    base: dict[str, Any] = {"id": "D1", "state": state, "version": 1, "etag": "1", "office_id": "O1", "urgency": 1}
    base |= {"type_name": "Quyết định", "subject": "Phê duyệt Kế hoạch ứng dụng công nghệ thông tin năm 2027"}
    base |= {
        "drafter_id": "tuyetnta",
        "drafter_name": NAMES["tuyetnta"],
        "notation": "QĐ-SKHCN",
        "content_hash": "h" * 64,
    }
    base |= {"files": [FILE], "recipients": [{"organ_id": "H60", "name": "UBND tỉnh Tuyên Quang"}], "updated_at": AT}
    base |= {"timeline": [{"at": AT, "act": "draft-created", "actor": NAMES["tuyetnta"], "text": "", "event_id": "1"}]}
    return base | more


def incoming(state: str = "CHECKED", **more: Any) -> dict[str, Any]:
    base: dict[str, Any] = {"id": "I1", "state": state, "arrived_at": AT, "sender_name": "Bộ Khoa học và Công nghệ"}
    base |= {"sender_organ_id": "G06", "code": "4821/BKHCN-CĐSQG", "urgency": 1, "files": [FILE], "etag": "1"}
    base |= {"subject": "V/v báo cáo kết quả gửi, nhận văn bản điện tử 9 tháng và kế hoạch Quý IV năm 2026"}
    base |= {"legal_state": "ORIGINAL", "arrival_number": None, "due_date": "2026-11-25", "timeline": []}
    signed = [
        {"signer": "Hoàng Minh Khôi", "role": "leader", "time": AT, "level": "B-LT", "valid": True},
        {"signer": "Bộ KH&CN", "role": "office", "time": AT, "valid": True},
    ]
    return base | {"verdict": {"valid": True, "reasons": [], "signatures": signed}} | more


def conversion(**more: Any) -> dict[str, Any]:
    """A file that was converted to PDF/A, as registry tells it."""
    base = {"id": "V1", "kind": "outgoing", "object_id": "D1", "format": "PDF/A-2b", "tool": "Ghostscript 10.00.0"}
    base |= {"source": FILE, "result": FILE | {"sha256": "c" * 64, "name": "vb-PDF-A.pdf"}, "at": AT}
    base |= {"signature_state": "VALID", "signature_words": "Chữ ký số hợp lệ trước khi chuyển đổi", "reasons": []}
    base |= {"judged_at": AT, "judge": "qlvb-5/ab12", "by_name": "Bàn Thị Lưu", "signatures": ["Lê Quang Vinh ký."]}
    return base | more


def paper_issues(**more: Any) -> dict[str, Any]:
    """What registry says of an issued document's paper copies."""
    receiver = {"name": "Hội Nông dân tỉnh", "address": "Số 219 đường Tân Trào", "copies": 2, "way": "post"}
    receivers = [receiver | {"envelopes": 1}, receiver | {"name": "Báo Tuyên Quang", "way": "hand", "envelopes": 0}]
    issue = {"id": "P1", "document_id": "D1", "code": "128/QĐ-SKHCN", "printed": 3, "sent_on": "2026-11-20"}
    issue |= {"reason": "Nơi nhận chưa có tài khoản", "by_name": "Phạm Ngọc Lan", "recorded_at": AT}
    return {
        "issues": [issue | {"receivers": receivers, "cancelled_reason": ""} | more],
        "addresses": {"UBND tỉnh Tuyên Quang": "Số 219 đường Tân Trào"},
        "not_printed": ["so-lieu.xlsx"],
        "envelopes": [{"key": "307x220", "name": "307 × 220 mm, tài liệu A4 để phẳng"}],
        "labels_per_sheet": 14,
        "legal_basis": "Nghị định 30/2020/NĐ-CP, Phụ lục IV, mục II",
    }


def _copy(key: str, medium: str, number: int | None) -> dict[str, Any]:
    base = {"id": key, "arrival_number": number, "arrived_at": AT, "code": "4821/BKHCN-CĐSQG", "same": "number"}
    words = {"subject": "V/v báo cáo kết quả gửi, nhận văn bản điện tử", "sender_name": "Bộ Khoa học và Công nghệ"}
    return base | words | {"state": "REGISTERED" if number else "CHECKED", "medium": medium}


def _field(name: str, title: str, this: str, other: str) -> dict[str, str]:
    return {"name": name, "title": title, "this": this, "other": other}


COMPARISON = {
    "this": _copy("I1", "electronic", None),
    "other": _copy("I9", "paper", 41),
    "fields": [
        _field("code", "Số, ký hiệu", "4821/BKHCN-CĐSQG", "4821/BKHCN-CĐSQG"),
        _field("subject", "Trích yếu", "V/v báo cáo kết quả gửi, nhận văn bản điện tử", "Báo cáo kết quả gửi nhận"),
        _field("promulgation_date", "Ngày ban hành", "2026-11-18", "2026-11-18"),
        _field("medium", "Hình thức", "Điện tử", "Giấy"),
    ],
    "files": [{"name": "vb.pdf", "sha256": SHA, "in_this": True, "in_other": False}],
}
REASONS = {
    "shortest": 10,
    "legal_basis": "Quyết định 28/2018/QĐ-TTg",
    "reasons": [
        {"key": "wrong-addressee", "text": "Văn bản gửi nhầm nơi nhận.", "asks_proper_office": True},
        {"key": "unsigned", "text": "Văn bản thiếu chữ ký số của cơ quan."},
        {"key": "other", "text": ""},
    ],
}


RECALL_ORDER = {"reason": "Ban hành sai thẩm quyền", "ordered_by": "Hoàng Trung Kiên", "ordered_at": AT, "sent_by": ""}
RECALL_ANSWERS = [
    {"organ_id": "G01", "name": "Bộ KH&CN", "before": "03", "opened": True, "state": "16", "answered_at": AT,
     "reason": "Đang phục vụ thanh tra"},
    {"organ_id": "H60.20", "name": "Sở Tài chính", "before": "01", "opened": False, "state": "15", "answered_at": AT},
]  # fmt: skip


class Services:
    """`answers` by "METHOD service/path"; what is missing has a plain answer or is a 404 problem."""

    def __init__(self) -> None:
        self.answers: dict[str, Any] = {}
        self.asked: list[tuple[str, dict[str, Any] | None, dict[str, str]]] = []
        people = [person(key) for key in ROLES if ROLES[key] != "system_admin"]
        self.plain: dict[str, Any] = {
            "GET registry/v1/counts": {"incoming_waiting": 3, "drafts": 2},
            "GET gateway/v1/axes": [{"name": "national", "up": True, "since": AT, "waiting": 0, "last_error": ""}],
            "GET workflow/v1/tasks": {"items": [], "next": None},
            "GET registry/v1/incoming": {"items": [], "next": None},
            "GET registry/v1/documents": {"items": [], "next": None},
            "GET registry/v1/documents/D1/sending-plan": {"over": []},
            "GET identity/v1/offices/O1/people": people,
            "GET identity/v1/offices/O1": {"id": "O1", "abbreviation": "SKHCN", "place": "Tuyên Quang"},
            "GET registry/v1/templates": [{"key": "decision", "type_name": "Quyết định", "abbreviation": "QĐ"}],
            "GET identity/v1/me/sessions": [],
            "GET gateway/v1/quarantine": [],
            "GET gateway/v1/quarantine/counts": [],
            "GET gateway/v1/quarantine/scanner": {"configured": True, "up": True, "waiting": 0},
            "GET gateway/v1/deliveries": [],
            "GET gateway/v1/owed-answers": {"items": [], "next": None},
            "GET gateway/v1/owed-answers/counts": {"owed": 0, "late": 0, "documents": 0, "working_days": 1},
            "GET workflow/v1/objects/draft/D1": {"steps": [], "opinions": [], "my_task": None},
            "GET workflow/v1/objects/incoming/I1": {"steps": [], "opinions": [], "my_task": None},
            "DELETE identity/v1/sessions/current": {},
            "POST identity/v1/service-tokens": {"access_token": "token-portal", "expires_in": 900},
        }

    def app(self, name: str) -> FastAPI:
        app = FastAPI()

        @app.api_route("/{path:path}", methods=["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"])
        async def answer(request: Request, path: str) -> Response:
            key = f"{request.method} {name}/{path}"
            body = await request.body()
            is_json = request.headers.get("content-type", "").startswith("application/json")
            self.asked.append((key, await request.json() if is_json and body else None, dict(request.headers)))
            if key == "POST identity/v1/sessions":
                return self._log_in(await request.json())
            if key == f"GET registry/v1/files/{SHA}":
                return Response(PDF, media_type="application/pdf")
            found = self.answers.get(key, self.plain.get(key))
            if callable(found) and not isinstance(found, Response):
                found = found(self.asked[-1][1])
                found = await found if inspect.isawaitable(found) else found
            if found is None:
                found = refusal(404, "not-found", "Không có.")
            return found if isinstance(found, Response) else JSONResponse(found)

        return app

    def _log_in(self, body: dict[str, Any]) -> Response:
        key = body["user_name"].partition(".")[0]
        if key not in ROLES or body["password"] != "Qlvb@2026":
            return refusal(401, "wrong-credentials", "Tên đăng nhập hoặc mật khẩu không đúng.")
        tokens = {"access_token": f"token-{key}", "refresh_token": "r", "expires_in": 900, "person": person(key)}
        return JSONResponse(tokens)

    def sent(self, key: str) -> dict[str, Any]:
        """The body of the last such request."""
        return next(body or {} for asked, body, _ in reversed(self.asked) if asked == key)

    def was_asked(self, key: str) -> bool:
        return any(asked == key for asked, _, _ in self.asked)


def refusal(status: int, kind: str, message: str) -> JSONResponse:
    return JSONResponse({"kind": kind, "detail": message, "status": status}, status)


@asynccontextmanager
async def portal_with(services: Services, folder: Path) -> AsyncIterator[Runtime]:
    """The real portal with stand-ins behind it."""
    runtimes = assemble([portal], Settings(data_dir=folder))
    runtime = runtimes["portal"]
    for name in ("identity", "registry", "workflow", "signing", "gateway"):
        runtime.apps[name] = services.app(name)
    async with started(runtimes):
        yield runtime


def browser(runtime: Runtime) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(runtime.apps["portal"], raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://test", headers={"accept": "text/html"})
