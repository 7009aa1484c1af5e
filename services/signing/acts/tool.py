"""The signing tool of Ban Cơ yếu on the person's machine: it fetches a file, signs the whole of it, and brings it back.

The page calls its plug-in (`vgca_sign_approved`, `vgca_sign_issued`, `vgca_sign_appendix`); the tool itself has no
session with us, only a ticket for one signature on one prepared file.
"""

from __future__ import annotations

import io
from collections.abc import Awaitable, Callable
from urllib.parse import quote

from cryptography import x509
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader

from contracts.message import FileRef
from contracts.signing import api
from services.signing.acts import batch, finishing, permission, proofs, rules, sequence, tickets
from services.signing.acts.batch import Line
from services.signing.acts.forms import FORMS, annex, leader, seal
from services.signing.acts.leader import LeaderOrder
from services.signing.acts.orders import Order
from services.signing.acts.seal import SealOrder
from services.signing.acts.steps import SIGNED, log
from services.signing.acts.tables import Act, Signature
from services.signing.authorities.gathering import EvidenceUnavailable
from services.signing.certificates import actions, queries
from services.signing.keys import places
from services.signing.keys.vault import vault
from services.signing.pdf.evidence import NOTHING, Evidence
from services.signing.workers import pool as workers
from shared.auth import Principal
from shared.clock import VN, now
from shared.problems import NotFound, Refusal
from shared.service import Runtime, service_secret

Whole = Callable[[Runtime, Act, Signature, Evidence], Awaitable[bytes]]
WHOLE: dict[str, Whole] = {"leader": leader.whole, "seal": seal.whole, "annex": annex.whole}
FUNCTIONS = {"leader": "vgca_sign_approved", "seal": "vgca_sign_issued", "annex": "vgca_sign_appendix"}


async def prepare(
    runtime: Runtime, caller: Principal, wanted: api.ToolOrder, base_url: str
) -> tuple[list[api.ToolCall], list[Line]]:
    """One call of the plug-in a file, and the lines with what was refused."""
    orders: list[Order] = [*map(LeaderOrder, wanted.drafts), *map(SealOrder, wanted.act_ids)]
    lines, calls = [Line(one) for one in orders], list[api.ToolCall]()
    await batch.begin(runtime, caller, lines)

    async def one(line: Line) -> None:
        assert line.act is not None
        async with runtime.work(reading=True) as work:
            parts = await sequence.signatures(work, line.act.id)
        for part in parts:
            if part.value is None and part.file is None:
                calls.append(await _handed_out(runtime, line.act, part, base_url))

    await batch.each(runtime, caller, lines, one)
    return sorted(calls, key=lambda call: (call.object_id, call.place)), lines


async def _handed_out(runtime: Runtime, act: Act, part: Signature, base_url: str) -> api.ToolCall:
    whole = await WHOLE[part.form](runtime, act, part, await _evidence(runtime, act))
    stored, at = await runtime.blobs.put(whole), now()
    async with runtime.work() as work:
        row = await work.locked(Signature, (part.act_id, part.place))
        if row.value is None and row.file is None:
            row.base_sha256, row.opening, row.to_sign, row.fingerprint = stored.sha256, None, "", ""
            row.state, row.prepared_at = rules.HANDED_OUT, at
    until = int((at + rules.PREPARATION).timestamp())
    ticket = tickets.Ticket(part.act_id, part.place, stored.sha256, until)
    return _call(act, part, f"{base_url}/v1/tool", tickets.written(ticket, service_secret(runtime.settings)))


def _call(act: Act, part: Signature, url: str, ticket: str) -> api.ToolCall:
    code, day = str(act.order.get("code", "")), str(act.order.get("issued_date", ""))
    issued = f"{day}T{now().astimezone(VN):%H:%M:%S}+07:00" if day else ""
    return api.ToolCall(
        act_id=act.id, place=part.place, object_id=act.object_id, function=FUNCTIONS[part.form],  # type: ignore[arg-type]
        parameters=api.ToolParameters(
            FileUploadHandler=f"{url}/{ticket}", SessionId=act.id, JWTToken=ticket, DocNumber=code, IssuedDate=issued,
            FileName=f"{url}/{ticket}/{quote(str(part.source.get('name', 'van-ban.pdf')))}",
            MetaData=[api.KeyValue(Key="Cơ quan", Value=str(act.order["office_name"]))] if code else [],
        ),
    )  # fmt: skip


async def _evidence(runtime: Runtime, act: Act) -> Evidence:
    """What proves the leader's and the office's certificate, for the file that the office will seal."""
    if act.kind != "seal":
        return NOTHING
    owners = list(await FORMS["seal"].others(runtime, act))
    async with runtime.work(reading=True) as work:
        row = await queries.choose(work, "office", act.office_id, devices=(places.VGCA,))
    if row is not None:
        owners.append(queries.key_place(row))
    try:
        return await vault(runtime).evidence(*owners)
    except EvidenceUnavailable:
        return NOTHING


async def given(runtime: Runtime, ticket: str) -> bytes:
    """The prepared file. NotFound."""
    part = await _part(runtime, tickets.read(ticket, service_secret(runtime.settings)))
    return await runtime.blobs.get(part.base_sha256)


async def _part(runtime: Runtime, ticket: tickets.Ticket) -> Signature:
    async with runtime.work(reading=True) as work:
        part = await work.get(Signature, (ticket.act_id, ticket.place))
    if part is None or part.base_sha256 != ticket.base_sha256:
        raise NotFound
    found: Signature = part
    return found


async def brought(runtime: Runtime, ticket: str, pdf: bytes) -> api.ToolUpload:
    """In the tool's words: whether the file is taken, else why not; the person reads it in the tool's window."""
    read = tickets.read(ticket, service_secret(runtime.settings))
    part = await _part(runtime, read)
    name = str(part.source.get("name", ""))
    async with runtime.work(reading=True) as work:
        act = await sequence.act_of(work, part.act_id)
    caller = sequence.actor(act)
    try:
        if part.file is None:
            await _received(runtime, caller, act, part, pdf)
        act = await finishing.soon(runtime, act.id)
    except Refusal as refusal:
        async with runtime.work(caller) as work:
            work.audit("act.signature-refused", act.object_id, reason=refusal.kind)
        return api.ToolUpload(Status=False, Message=refusal.text, FileName=name, FileServer="")
    return api.ToolUpload(Status=True, Message="", FileName=name, FileServer=f"/v1/acts?object_id={act.object_id}")


async def _received(runtime: Runtime, caller: Principal, act: Act, part: Signature, pdf: bytes) -> None:
    """ToolChangedFile, ToolSignatureMissing, those of `permission.still` and of the register of certificates."""
    base = await runtime.blobs.get(part.base_sha256)
    if len(pdf) <= len(base) or not pdf.startswith(base):
        raise rules.ToolChangedFile
    async with runtime.work(caller, reading=True) as work:
        await permission.still(work, act, await sequence.signatures(work, act.id))
    own, *above = map(x509.load_der_x509_certificate, await workers.run(_signer, pdf, len(base)))
    place = places.KeyPlace(places.VGCA, {}, own, tuple(above))
    row = await actions.known_or_entered(runtime, caller, place, act.owner_kind, act.owner_id)
    found = await proofs.before(runtime, queries.key_place(row))
    stored = await runtime.blobs.put(pdf)
    named = FORMS[part.form].named(FileRef.model_validate(part.source))
    file = named.model_copy(update={"sha256": stored.sha256, "size": stored.size})
    async with runtime.work(caller) as work:
        kept = await work.locked(Signature, (part.act_id, part.place))
        if kept.file is not None or kept.value is not None or kept.base_sha256 != part.base_sha256:
            return  # it came twice, or the person has signed otherwise meanwhile
        kept.file, kept.fingerprint = file.model_dump(mode="json"), row.fingerprint
        kept.state, kept.signed_at = rules.COMPLETE, now()
        for step, text in (*found.steps, (SIGNED, "Đã ký bằng công cụ ký số của Ban Cơ yếu.")):
            log(kept, step, text)
        await work.flush()
        await sequence.when_signed(work, act.id)


def _signer(pdf: bytes, before: int) -> list[bytes]:
    """DER of the certificates of the one signature that was added: the signer's own first. In a child process."""
    try:
        reader = PdfFileReader(io.BytesIO(pdf))
        added = [one for one in reader.embedded_regular_signatures if one.byte_range[2] > before]
        if len(added) != 1:
            raise rules.ToolSignatureMissing
        own = added[0].signer_cert
        return [own.dump(), *(one.dump() for one in added[0].other_embedded_certs)]
    except (PdfError, ValueError, KeyError, TypeError) as error:
        raise rules.ToolSignatureMissing from error
