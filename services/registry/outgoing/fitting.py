"""Is the document small enough for every partner that it goes through? Asked of gateway before a draft is handed in
and before a document is issued, when it can still be put right (QĐ 28 Đ7 k4)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import httpx
from fastapi import Depends

from contracts.client import Problem
from contracts.gateway.client import GatewayClient
from contracts.gateway.fitting import Fitting, PartnerOverLimit
from contracts.registry import api
from services.registry.access import find
from services.registry.outgoing import leaving, rules
from services.registry.outgoing.tables import Outgoing
from shared.auth import Principal
from shared.problems import Invalid, Refusal
from shared.service import Runtime
from shared.web import Caller, Here

SMALL = 700 * 1024  # bytes of files that every partner takes: no limit is under 1 MB
MOST_NAMED = 3  # files and partners in one sentence


class TooLargeToSend(Invalid):
    kind = "too-large-to-send"
    message = "Văn bản quá lớn để gửi điện tử. {problems}"


class LargeFilesUndecided(Refusal):
    kind = "large-files-undecided"
    message = "Văn bản quá lớn để gửi nguyên gói. {problems} Hãy chọn gửi tệp lớn qua liên kết rồi phát hành lại."


class NotMeasured(Refusal):
    kind, status = "size-not-checked", 503
    message = "Chưa tính được kích thước gói tin vì dịch vụ liên thông không trả lời. Hãy thử lại sau ít phút."


async def plan(runtime: Runtime, caller: Principal, document_id: str) -> Fitting:
    """The partners who would not take the document as it is now. Raises NotMeasured. No network in a transaction."""
    async with runtime.work(caller, reading=True) as work:
        document = await find(work, Outgoing, document_id)
        files = sum(file["size"] for file in document.files)
        if document.state in rules.ENDED or files <= SMALL or not runtime.reaches(GatewayClient.service):
            return Fitting()
        recipients = await leaving.recipients_of(work, document)
        if all(recipient.office_id for recipient in recipients):
            return Fitting()
        message = await leaving.fact(work, document, recipients)
    try:
        return await runtime.client(GatewayClient).fit_package(message)
    except (Problem, httpx.HTTPError) as error:
        raise NotMeasured from error


def judge(over: Sequence[PartnerOverLimit], *, by_link: bool) -> None:
    """Raises TooLargeToSend where no way leads to a partner, LargeFilesUndecided where the clerk has not chosen it."""
    if never := [one for one in over if one.way == "none"]:
        raise TooLargeToSend(problems=" ".join(map(_words, never[:MOST_NAMED])), partners=[o.partner for o in never])
    if over and not by_link:
        words = " ".join(map(_words, over[:MOST_NAMED]))
        raise LargeFilesUndecided(problems=words, partners=[one.partner for one in over])


def _words(one: PartnerOverLimit) -> str:
    """Partner, limit, size, the largest files, what to do."""
    files = ", ".join(f"“{file.name}” {_megabytes(file.encoded)} MB" for file in one.files[:MOST_NAMED])
    return (
        f"{one.title} nhận gói tin đến {_megabytes(one.limit)} MB, gói tin này {_megabytes(one.size)} MB "
        f"(trong gói: {files}). {one.advice}"
    )


def _megabytes(size: int) -> str:
    """ "66,7", never 50 for what is over 50."""
    tenths = -(-size * 10 // 2**20)
    return f"{tenths // 10},{tenths % 10}".removesuffix(",0")


async def _before_submission(runtime: Here, caller: Caller, document_id: str) -> None:
    judge((await plan(runtime, caller, document_id)).over, by_link=True)


async def _before_issue(
    runtime: Here, caller: Caller, document_id: str, body: api.IssueRequest | None = None
) -> tuple[str, ...]:
    """The partners to whom the largest annexes go by link."""
    over = (await plan(runtime, caller, document_id)).over
    judge(over, by_link=body is not None and body.large_files == "link")
    return tuple(one.title for one in over)


CanBeSent = Annotated[None, Depends(_before_submission)]
ByLink = Annotated[tuple[str, ...], Depends(_before_issue)]
