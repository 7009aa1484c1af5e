"""Can every recipient be reached? Asked of gateway before a draft is handed in and before a document is issued
(Regulation Đ8 k3: sending to an unknown code is stopped before issue, while it can still be put right)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import httpx
from fastapi import Depends
from sqlalchemy import select

from contracts.client import Problem
from contracts.gateway.client import GatewayClient
from contracts.gateway.directory import CheckedOrgan
from services.registry.access import find
from services.registry.outgoing import rules
from services.registry.outgoing.tables import Outgoing, RecipientRow
from shared.problems import Invalid, Refusal
from shared.web import Caller, Here


class UnreachableRecipients(Invalid):
    kind = "unreachable-recipients"
    message = "Chưa gửi được đến {count} nơi nhận. {problems}"


class NotChecked(Refusal):
    kind, status = "recipients-not-checked", 503
    message = (
        "Chưa kiểm tra được mã định danh của nơi nhận vì dịch vụ liên thông không trả lời. Hãy thử lại sau ít phút."
    )


def judge(checked: Sequence[CheckedOrgan]) -> None:
    """Raises UnreachableRecipients with what is wrong with each."""
    unknown = [organ for organ in checked if not organ.known]
    if unknown:
        problems = " ".join(organ.problem for organ in unknown[:10])
        raise UnreachableRecipients(
            count=len(unknown), problems=problems, organ_ids=[organ.organ_id for organ in unknown]
        )


async def check_recipients(runtime: Here, caller: Caller, document_id: str) -> None:
    """Before the transaction of the act: no network inside one. Offices of this deployment need no asking.

    Without a gateway (a registry alone) nothing leaves, so nothing is asked.
    """
    if not runtime.reaches(GatewayClient.service):
        return
    async with runtime.work(caller, reading=True) as work:
        document = await find(work, Outgoing, document_id)
        if document.state in rules.GONE:
            return
        outside = select(RecipientRow.organ_id).where(
            RecipientRow.document_id == document.id, RecipientRow.office_id.is_(None)
        )
        codes = list(await work.all(outside.order_by(RecipientRow.place)))
    if not codes:
        return
    try:
        checked = await runtime.client(GatewayClient).check_organs(codes)
    except (Problem, httpx.HTTPError) as error:
        raise NotChecked from error
    judge(checked)


RecipientsChecked = Annotated[None, Depends(check_recipients)]
