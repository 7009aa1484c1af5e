"""Ask before issue whether a document fits; write the package that does; hand a linked file out."""

from __future__ import annotations

import asyncio
import tempfile
from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from weakref import WeakValueDictionary

from sqlalchemy import select

from contracts.gateway import fitting as api
from contracts.message import FileRef
from contracts.registry.events import DocumentIssuedV1, Recipient
from services.gateway.connections import settings_of
from services.gateway.deliveries.packages import body_of, load, package_of, write_files
from services.gateway.deliveries.tables import OutPackage
from services.gateway.edxml import Package
from services.gateway.edxml.writing.size import encoded_size
from services.gateway.fitting import links
from services.gateway.fitting.rules import (
    LIST_NAME,
    RECALL,
    Fit,
    NotADocument,
    PackageTooLarge,
    advice,
    fit,
    megabytes,
    surely_fits,
    told,
)
from services.gateway.fitting.tables import FileLink, FittedPackage
from services.gateway.partners.queries import limits
from services.gateway.routing.actions import ways
from services.gateway.routing.rules import LOCAL, route
from shared.clock import VN, now
from shared.service import Runtime
from shared.work import Work

BY_LINK = "link"
WRITING, WRITTEN, REMEMBERED = "packages-being-written", "packages-written", 1000
FRESH = timedelta(days=7)  # a package that is sent again has links which last at least so long


async def check(work: Work, message: DocumentIssuedV1) -> api.Fitting:
    """Every partner who would not take the document as it is now."""
    known_ways = await ways(work, [r.organ_id for r in message.recipients])
    through: dict[str, list[Recipient]] = {}
    for recipient in message.recipients:
        way = route(recipient.organ_id, recipient.office_id, recipient.name, known_ways)
        if way.channel != LOCAL:
            through.setdefault(way.channel, []).append(recipient)
    known, over = await limits(work), []
    for name, recipients in sorted(through.items()):
        limit = known.mb(name) * 2**20
        if surely_fits([file.size for file in message.files], len(message.recipients), limit):
            continue
        found = fit(_package(message), message.files, limit)
        if found.way != "whole":
            over.append(_over(work.runtime, name, known.title(name), found, message.files, recipients))
    return api.Fitting(over=tuple(over))


def _package(message: DocumentIssuedV1) -> Package:
    """Of a document that somebody asks about, not of one that registry has issued. Raises NotADocument."""
    if any(file.size < 0 for file in message.files):
        raise NotADocument
    try:
        return package_of(message)
    except ValueError as error:
        raise NotADocument from error


def _over(
    runtime: Runtime, name: str, title: str, found: Fit, files: Sequence[FileRef], recipients: Sequence[Recipient]
) -> api.PartnerOverLimit:
    days, reachable = settings_of(runtime).link_days, bool(links.public_address(runtime))
    shown = [_file(file, place in found.linked) for place, file in enumerate(files)]
    by_link = found.way == "link" and reachable
    return api.PartnerOverLimit(
        partner=name,
        title=title,
        limit=found.limit,
        size=found.size,
        recipients=tuple(recipients),
        files=tuple(sorted(shown, key=lambda file: -file.encoded)),
        way="link" if by_link else "none",
        fitted_size=found.fitted if by_link else 0,
        link_days=days if by_link else 0,
        advice=advice(found, files, days, address=reachable),
    )


def _file(file: FileRef, linked: bool) -> api.FittingFile:
    name = file.display_name or file.name
    return api.FittingFile(
        name=name, role=file.role, size=file.size, encoded=encoded_size(name, file.size), linked=linked
    )


async def body_within(runtime: Runtime, package_id: UUID, limit: int) -> str:
    """The SHA-256 of the edXML which a partner of this limit takes. Raises PackageTooLarge, EdxmlInvalid.

    The copies of a document leave together: the first one writes the package, the others wait for it.
    """
    written: OrderedDict[tuple[UUID, int], str] = runtime.state.setdefault(WRITTEN, OrderedDict())
    if (package_id, limit) in written:
        return written[package_id, limit]
    writing: WeakValueDictionary[UUID, asyncio.Lock] = runtime.state.setdefault(WRITING, WeakValueDictionary())
    lock = writing.setdefault(package_id, asyncio.Lock())
    async with lock:
        row = await load(runtime, package_id)
        sizes = [int(file["size"]) for file in row.content["files"]]
        if not surely_fits(sizes, len(row.content["recipients"]), limit):
            message = DocumentIssuedV1.model_validate(row.content)
            found = fit(package_of(message), message.files, limit)
            if found.way != "whole":
                return await _with_links(runtime, package_id, message, found)
        written[package_id, limit] = await body_of(runtime, row)
        if len(written) > REMEMBERED:
            written.popitem(last=False)
        return written[package_id, limit]


async def _with_links(runtime: Runtime, package_id: UUID, message: DocumentIssuedV1, found: Fit) -> str:
    """Where the sender chose links for what is too large, and there is a way to fit the rest."""
    chosen = message.business_type == RECALL or message.large_files == BY_LINK
    if found.way == "none" or not chosen:
        raise PackageTooLarge(size=megabytes(found.size), limit=found.limit // 2**20)
    return await _without_linked(runtime, package_id, message, found)


async def _without_linked(runtime: Runtime, package_id: UUID, message: DocumentIssuedV1, found: Fit) -> str:
    """Written once a limit, and again when its links end soon. A recall names no link: the files are there already."""
    async with runtime.work(reading=True) as work:
        made = await work.one(_made(package_id, found.limit))
    if made is not None and made.ends_at - now() > FRESH:
        return str(made.sha256)
    is_recall = message.business_type == RECALL
    if not is_recall and not links.public_address(runtime):
        raise PackageTooLarge(size=megabytes(found.size), limit=found.limit // 2**20)
    ends_at = now() + timedelta(days=settings_of(runtime).link_days)
    offered = [] if is_recall else await _offer(runtime, package_id, message, found, ends_at)
    package = told(package_of(message), len(found.linked))
    kept = [file for place, file in enumerate(message.files) if place not in found.linked]
    with tempfile.TemporaryDirectory(prefix="package-") as folder:
        beside = [await asyncio.to_thread(_write_list, Path(folder), message, offered)] if offered else []
        blob = await runtime.blobs.put(await write_files(runtime, package, kept, Path(folder), *beside))
    async with runtime.work() as work:
        await _keep(work, package_id, found.limit, blob.sha256, ends_at)
    return blob.sha256


def _made(package_id: UUID, limit: int) -> Any:
    return select(FittedPackage).where(FittedPackage.package_id == package_id, FittedPackage.limit_bytes == limit)


async def _keep(work: Work, package_id: UUID, limit: int, sha256: str, ends_at: datetime) -> None:
    await work.locked(OutPackage, package_id)  # two senders may have written it at the same time
    row = await work.one(_made(package_id, limit))
    if row is None:
        work.save(FittedPackage(package_id=package_id, limit_bytes=limit, sha256=sha256, ends_at=ends_at))
    else:
        row.sha256, row.ends_at, row.made_at = sha256, ends_at, now()


async def _offer(
    runtime: Runtime, package_id: UUID, message: DocumentIssuedV1, found: Fit, ends_at: datetime
) -> list[tuple[FileLink, str]]:
    """A row and an address for each file that stays here."""
    async with runtime.work() as work:
        rows = []
        for file in (message.files[place] for place in found.linked):
            row = FileLink(
                package_id=package_id, document_id=message.document_id, sha256=file.sha256,
                name=file.display_name or file.name, content_type=file.content_type, size=file.size, ends_at=ends_at,
            )  # fmt: skip
            work.save(row)
            rows.append(row)
        await work.flush()
        names = [row.name for row in rows]
        work.audit("gateway.files-offered", message.document_id, files=names, ends_at=ends_at.isoformat())
        return [(row, links.address(runtime, row.id)) for row in rows]


def _write_list(folder: Path, message: DocumentIssuedV1, offered: Sequence[tuple[FileLink, str]]) -> Path:
    """What a person at the receiver reads: which files, where they are, and how to see that they are the right ones."""
    ends = offered[0][0].ends_at.astimezone(VN)
    lines = [
        f"Văn bản {message.code} ngày {message.issued_date} của {message.office.name}",
        f"có {len(offered)} tệp vượt giới hạn gói tin, tải theo liên kết dưới đây đến {ends:%H:%M ngày %d/%m/%Y}.",
        "Sau khi tải, đối chiếu mã SHA-256 để chắc chắn đúng tệp đã phát hành.",
    ]
    for number, (row, address) in enumerate(offered, 1):
        lines += ["", f"{number}. {row.name}", f"   Kích thước: {row.size} byte", f"   SHA-256: {row.sha256}"]
        lines.append(f"   Liên kết: {address}")
    path = folder / LIST_NAME
    path.write_text("\r\n".join(lines) + "\r\n", encoding="utf-8-sig")
    return path


async def fetch(work: Work, token: str) -> FileLink:
    """The file behind an address. Raises NotFound, LinkEnded."""
    row = await work.locked(FileLink, links.read(work.runtime, token))
    if row.ends_at <= now():
        day = row.ends_at.astimezone(VN)
        raise links.LinkEnded(name=row.name, why=f"hết hạn lúc {day:%H:%M ngày %d/%m/%Y}")
    recalled = select(OutPackage.id).where(OutPackage.document_id == row.document_id, OutPackage.kind == "recall")
    if await work.one(recalled) is not None:
        raise links.LinkEnded(name=row.name, why="văn bản đã bị thu hồi")
    row.fetched, row.fetched_at = row.fetched + 1, now()
    work.audit("gateway.linked-file-fetched", row.document_id, name=row.name, times=row.fetched)
    return row
