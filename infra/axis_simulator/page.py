"""The pages: what passed over the simulated axis, one package's way, and the switches of the faults."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from infra.axis_simulator.faults import Faults, parse_fault
from infra.axis_simulator.store import Store
from infra.axis_simulator.views import Views

KINDS = {
    "slow": "chậm (số giây mỗi lần)",
    "down": "không trả lời (503)",
    "error": "trả mã lỗi",
    "html": "trả trang web thay vì JSON",
    "lost_answer": "làm xong nhưng mất câu trả lời",
    "duplicate": "danh sách lặp một mục",
    "out_of_order": "danh sách đảo thứ tự",
    "vanish": "mục biến mất khi tải",
    "truncated": "tải về bị cắt nửa chừng",
    "wrong_hash": "nội dung bị đổi một byte",
}
STATES = {"initial": "chờ lấy", "processing": "đang lấy", "done": "đã nhận xong", "fail": "báo lỗi"}
CODES = {
    "01": "đã đến", "02": "từ chối", "03": "đã tiếp nhận", "04": "phân công", "05": "đang xử lý", "06": "hoàn thành",
    "13": "xin lấy lại", "15": "đồng ý", "16": "không đồng ý",
}  # fmt: skip
SHOWN = 100


def size(count: int) -> str:
    """`12 KB`, `3,4 MB`."""
    if count < 1024:
        return f"{count} B"
    if count < 1 << 20:
        return f"{count // 1024} KB"
    return f"{count / (1 << 20):.1f} MB".replace(".", ",")


_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, undefined=StrictUndefined
)
_templates.filters["size"] = size


class Pages:
    """Everything a person sees."""

    def __init__(self, store: Store, faults: Faults, operations: tuple[str, ...], scenario: str = "") -> None:
        self._store, self._faults, self._operations, self._scenario = store, faults, operations, scenario
        self._views = Views(store)

    def routes(self) -> list[Route]:
        return [
            Route("/", self.overview),
            Route("/goi-tin/{doc_id}", self.journey),
            Route("/goi-tin/{doc_id}/tai-ve", self.download),
            Route("/loi", self.arm, methods=["POST"]),
            Route("/loi/bo", self.disarm, methods=["POST"]),
        ]

    async def overview(self, request: Request) -> Response:
        return self._overview(request.query_params)

    def _overview(self, asked: Mapping[str, str], *, error: str = "", status: int = 200) -> Response:
        caller, operation = asked.get("he-thong", ""), asked.get("thao-tac", "")
        seconds = asked.get("tu-dong", "")
        return self._page(
            "overview.html",
            status,
            counts=self._views.counts(),
            faults=[_described(fault) for fault in self._faults.describe()],
            kinds=KINDS,
            states=STATES,
            operations=self._operations,
            items=self._store.items(SHOWN),
            calls=self._views.calls(SHOWN, caller, operation),
            callers=self._views.callers(),
            caller=caller,
            operation=operation,
            refresh=int(seconds) if seconds in ("2", "5", "15") else 0,
            error=error,
        )

    async def journey(self, request: Request) -> Response:
        package = self._views.package(request.path_params["doc_id"])
        if package is None:
            return PlainTextResponse("Không có gói tin này.", status_code=404)
        items = self._views.items_of(package["doc_id"])
        answers = self._views.answers_to(package["document_id"]) if package["document_id"] else []
        names = {item["to_code"]: self._views.name_of(item["to_code"]) for item in items}
        shown: dict[str, Any] = {"package": package, "items": items, "answers": answers, "names": names}
        return self._page("journey.html", **shown, states=STATES, codes=CODES, refresh=0)

    async def download(self, request: Request) -> Response:
        package = self._views.package(request.path_params["doc_id"])
        path = self._store.package_path(package["doc_id"]) if package else None
        if path is None or not path.exists():
            return PlainTextResponse("Không có gói tin này.", status_code=404)
        return FileResponse(path, media_type="application/xml", filename=path.name)

    async def arm(self, request: Request) -> Response:
        """The form of faults; another site's page cannot press it."""
        if _foreign(request):
            return PlainTextResponse("Chỉ trang này mới đặt được lỗi.", status_code=403)
        async with request.form() as form:
            given = {name: str(value).strip() for name, value in form.items() if str(value).strip()}
        try:
            self._faults.add(parse_fault(given))
        except (ValueError, TypeError):
            return self._overview({}, error="Số lần hoặc số giây chưa đúng. Hãy nhập số, ví dụ 3.", status=400)
        return RedirectResponse("/", 303)

    async def disarm(self, request: Request) -> Response:
        if _foreign(request):
            return PlainTextResponse("Chỉ trang này mới bỏ được lỗi.", status_code=403)
        self._faults.clear()
        return RedirectResponse("/", 303)

    def _page(self, name: str, status: int = 200, **data: Any) -> Response:
        return HTMLResponse(_templates.get_template(name).render(scenario=self._scenario, **data), status)


def _foreign(request: Request) -> bool:
    return request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none")


def _described(fault: Mapping[str, Any]) -> dict[str, Any]:
    until = fault["until"]
    return {**fault, "left": max(round(until - time.monotonic()), 0) if until is not None else None}
