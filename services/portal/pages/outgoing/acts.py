"""What people do with a draft and with tasks: hand in, approve, return, sign, number, issue, recall."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any

from fastapi import APIRouter, Response

from services.portal.calls import NO_ANSWER
from services.portal.times import read_day
from services.portal.visits import Act, Acting
from shared.clock import today

router = APIRouter(include_in_schema=False)


def _post(act: Act, service: str, path: str, body: dict[str, Any] | None = None) -> Awaitable[Any]:
    client = getattr(act.services, service)
    call: Awaitable[Any] = client.call("POST", path, json=body, idempotency_key=act.key, headers=NO_ANSWER)
    return call


def _back(act: Act) -> str:
    """Where the form stood; only a document page of ours."""
    back = act.text("back")
    return back if back.startswith(("/den/", "/van-ban/")) else "/"


@router.post("/van-ban/{document_id}/trinh")
async def submit(act: Acting, document_id: str) -> Response:
    call = _post(act, "registry", f"/v1/drafts/{document_id}/submit")
    return await act.then(call, done="Đã trình. Bước tiếp theo hiện ở Tiến trình.", to=f"/van-ban/{document_id}")


@router.post("/van-ban/{document_id}/xin-y-kien")
async def consult(act: Acting, document_id: str) -> Response:
    here, people = f"/van-ban/{document_id}", act.texts("person_ids")
    if not people:
        return await act.failed("Chưa chọn người xin ý kiến. Hãy chọn ít nhất một người.", here)
    try:
        due = read_day(act.text("due_date"), today())
    except ValueError:
        return await act.failed("Hạn cho ý kiến chưa đúng. Nhập như 25/11/2026 hoặc +3.", here)
    body = {"person_ids": people, "due_at": f"{due}T17:00:00+07:00" if due else None, "note": act.text("note")}
    return await act.then(
        _post(act, "workflow", f"/v1/drafts/{document_id}/consult", body), done="Đã xin ý kiến.", to=here
    )


@router.post("/viec/{task_id}/duyet")
async def approve(act: Acting, task_id: str) -> Response:
    """The hash is of the content that the page showed: a draft changed since is not approved."""
    body = {"content_hash": act.text("content_hash"), "note": act.text("note") or None}
    return await act.then(_post(act, "workflow", f"/v1/tasks/{task_id}/approve", body), done="Đã duyệt.", to=_back(act))


@router.post("/viec/{task_id}/tra-lai")
async def give_back(act: Acting, task_id: str) -> Response:
    call = _post(act, "workflow", f"/v1/tasks/{task_id}/return", {"reason": act.text("reason")})
    return await act.then(call, done="Đã trả lại người soạn kèm lý do.", to=_back(act))


@router.post("/viec/{task_id}/y-kien")
async def opine(act: Acting, task_id: str) -> Response:
    call = _post(act, "workflow", f"/v1/tasks/{task_id}/opinion", {"text": act.text("text")})
    return await act.then(call, done="Đã gửi ý kiến.", to=_back(act))


@router.post("/viec/{task_id}/nhan")
async def take_on(act: Acting, task_id: str) -> Response:
    return await act.then(_post(act, "workflow", f"/v1/tasks/{task_id}/accept"), done="Đã nhận việc.", to=_back(act))


@router.post("/viec/{task_id}/hoan-thanh")
async def finish(act: Acting, task_id: str) -> Response:
    body = {"outcome": act.text("outcome"), "note": act.text("note")}
    return await act.then(
        _post(act, "workflow", f"/v1/tasks/{task_id}/finish", body), done="Đã hoàn thành.", to=_back(act)
    )


@router.post("/van-ban/{document_id}/ky")
async def sign(act: Acting, document_id: str) -> Response:
    """Sign exactly the file that the page showed. The PIN goes to signing and is kept nowhere."""
    here = f"/van-ban/{document_id}"
    document = await act.services.registry.call("GET", f"/v1/documents/{document_id}")
    main = next((f for f in document["files"] if f["role"] == "main"), None)
    if main is None or document["content_hash"] != act.text("content_hash"):
        return await act.failed("Chưa ký được: dự thảo đã đổi sau khi bạn mở trang. Hãy xem lại bản mới rồi ký.", here)
    body = {"draft_id": document_id, "content_hash": document["content_hash"], "main_file": main}
    body["pin"] = act.text("pin")
    words = "Đã ký số. Văn thư sẽ cấp số và đóng dấu."
    return await act.then(_post(act, "signing", "/v1/acts/leader-sign", body), done=words, to=here)


@router.post("/van-ban/{document_id}/cap-so")
async def number(act: Acting, document_id: str) -> Response:
    words = "Đã cấp số. Con dấu đang được đóng vào văn bản."
    call = _post(act, "registry", f"/v1/documents/{document_id}/number")
    return await act.then(call, done=words, to=f"/van-ban/{document_id}")


@router.post("/van-ban/{document_id}/dong-dau-lai")
async def reseal(act: Acting, document_id: str) -> Response:
    call = _post(act, "registry", f"/v1/documents/{document_id}/reseal")
    return await act.then(call, done="Đã yêu cầu đóng dấu lại.", to=f"/van-ban/{document_id}")


@router.post("/van-ban/{document_id}/huy-so")
async def void_number(act: Acting, document_id: str) -> Response:
    call = _post(act, "registry", f"/v1/documents/{document_id}/void", {"reason": act.text("reason")})
    words = "Đã hủy số. Sổ đăng ký ghi lý do; không văn bản nào khác nhận số này."
    return await act.then(call, done=words, to=f"/van-ban/{document_id}")


@router.post("/van-ban/{document_id}/phat-hanh")
async def issue(act: Acting, document_id: str) -> Response:
    body: dict[str, Any] = {"annexes_confirmed": bool(act.text("annexes_confirmed"))}
    if act.text("large_files") == "link":
        body["large_files"] = "link"
    call = _post(act, "registry", f"/v1/documents/{document_id}/issue", body)
    words = "Đã phát hành. Theo dõi từng nơi nhận ở Hành trình gửi."
    return await act.then(call, done=words, to=f"/van-ban/{document_id}")


@router.post("/van-ban/{document_id}/thu-hoi")
async def recall(act: Acting, document_id: str) -> Response:
    """Everywhere, by a leader or by his order."""
    call = _post(act, "registry", f"/v1/documents/{document_id}/recall", {"reason": act.text("reason")})
    words = "Đã thu hồi. Trả lời của từng nơi nhận hiện ở bảng Thu hồi."
    return await act.then(call, done=words, to=f"/van-ban/{document_id}")


@router.post("/van-ban/{document_id}/lay-lai")
async def ask_back(act: Acting, document_id: str) -> Response:
    """From some receivers only: it was sent to the wrong place."""
    here, organs = f"/van-ban/{document_id}", act.texts("organ_ids")
    if not organs:
        return await act.failed("Chưa chọn nơi nào. Hãy đánh dấu các nơi đã gửi nhầm.", here)
    call = _post(
        act, "registry", f"/v1/documents/{document_id}/recall", {"organ_ids": organs, "reason": act.text("reason")}
    )
    return await act.then(call, done="Đã yêu cầu các nơi đã chọn trả lại văn bản.", to=here)


@router.post("/van-ban/{document_id}/lenh-thu-hoi")
async def order_recall(act: Acting, document_id: str) -> Response:
    call = _post(act, "registry", f"/v1/documents/{document_id}/recall-order", {"reason": act.text("reason")})
    words = "Đã ra lệnh thu hồi. Văn thư được báo để thực hiện."
    return await act.then(call, done=words, to=f"/van-ban/{document_id}")


@router.post("/van-ban/{document_id}/ban-giay")
async def note_paper(act: Acting, document_id: str) -> Response:
    call = _post(act, "registry", f"/v1/documents/{document_id}/paper", {"reason": act.text("reason")})
    return await act.then(call, done="Đã ghi nhận gửi kèm bản giấy.", to=f"/van-ban/{document_id}")


@router.post("/van-ban/{document_id}/bo-ban-giay")
async def take_paper_note_back(act: Acting, document_id: str) -> Response:
    path = f"/v1/documents/{document_id}/paper"
    call = act.services.registry.call("DELETE", path, idempotency_key=act.key, headers=NO_ANSWER)
    return await act.then(call, done="Đã bỏ ghi nhận gửi kèm bản giấy.", to=f"/van-ban/{document_id}")


@router.post("/van-ban/{document_id}/gui-lai/{delivery_id}")
async def send_again(act: Acting, document_id: str, delivery_id: str) -> Response:
    call = _post(act, "gateway", f"/v1/deliveries/{delivery_id}/retry")
    return await act.then(call, done="Đã xếp hàng gửi lại ngay.", to=f"/van-ban/{document_id}#hanh-trinh")
