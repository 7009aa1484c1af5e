"""Pictures of signatures and seals: sent, looked at, approved by holder and unit, refused."""

from __future__ import annotations

from fastapi import APIRouter, Response

from services.portal.visits import Acting, Visitor
from shared.problems import NotFound

router = APIRouter(include_in_schema=False)
HERE = "/chung-thu#anh"


@router.get("/chung-thu/anh/{image_id}.png")
async def png(visit: Visitor, image_id: str) -> Response:
    answer = await visit.services.signing.raw("GET", f"/v1/images/{image_id}/png")
    headers = {"Cache-Control": "private, max-age=86400", "Content-Security-Policy": "sandbox"}
    return Response(answer.content, media_type="image/png", headers=headers)


@router.post("/chung-thu/anh")
async def propose(act: Acting) -> Response:
    sent = act.uploads("png")
    if not sent:
        return await act.failed("Chưa chọn ảnh. Hãy chọn tệp .png nền trong suốt.", HERE)
    kind, _, owner = act.text("owner").partition(" ")
    try:
        width = float(typed.replace(",", ".")) if (typed := act.text("width_mm")) else None
    except ValueError:
        return await act.failed("Bề rộng chưa đúng. Nhập số mi-li-mét đo trên giấy, ví dụ 50 hoặc 36,5.", HERE)
    params = {"owner_kind": kind, "owner_id": owner, "width_mm": width}
    call = act.services.signing.call(
        "POST", "/v1/images", content=await sent[0].read(), params=params, headers={"Content-Type": "image/png"},
        idempotency_key=act.key,
    )  # fmt: skip
    return await act.then(call, done="Đã gửi ảnh. Ảnh được dùng khi người giữ và đơn vị đều duyệt.", to=HERE)


@router.post("/chung-thu/anh/{image_id}/{decision}")
async def decide(act: Acting, image_id: str, decision: str) -> Response:
    path = f"/v1/images/{image_id}"
    if decision == "duyet":
        call = act.services.signing.call("POST", f"{path}/approve", idempotency_key=act.key)
        return await act.then(call, done="Đã duyệt ảnh.", to=HERE)
    if decision != "tu-choi":
        raise NotFound
    body = {"reason": act.text("reason")}
    call = act.services.signing.call("POST", f"{path}/refuse", json=body, idempotency_key=act.key)
    return await act.then(call, done="Đã từ chối ảnh.", to=HERE)
