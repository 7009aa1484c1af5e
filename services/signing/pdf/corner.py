"""The office's signature as black text at the top right of page 1: on separate annexes and on copies."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import pikepdf

from services.signing.pdf import fields, foreign, line, names, normalise, objects, opening, store
from services.signing.pdf.content import Content
from services.signing.pdf.evidence import NOTHING, Evidence
from services.signing.pdf.fonts import face
from services.signing.pdf.keys import Key, Owner
from services.signing.pdf.revision import Revision
from services.signing.pdf.signable import Known, known_of, reading
from services.signing.pdf.stamps import TimeStamper
from shared.clock import VN, now

Text = Callable[[datetime], str]  # what is shown, for the moment of signing


@dataclass(frozen=True)
class Prepared:
    """The file with an empty field for the office, and which file that is."""

    pdf: bytes
    known: Known


def annex(code: str) -> Text:
    """The line of a separate annex: number and notation of its document, time of signing (PL I.II.8b, Mẫu 2.2)."""
    return lambda at: f"Số: {code}; {_time(at)}"


def copy(form: str, office: str) -> Text:
    """The line of a copy: "SAO Y", "SAO LỤC" or "TRÍCH SAO", the copying office, time of signing (PL I, II.I)."""
    return lambda at: f"{form}; {office}; {_time(at)}"


def _time(at: datetime) -> str:
    local = at.astimezone(VN)
    return f"{local:%d/%m/%Y}; {local:%H:%M:%S} +07:00"


async def sign_annex(
    pdf: bytes,
    key: Key,
    *,
    code: str,
    tsa: TimeStamper | None = None,
    evidence: Evidence = NOTHING,
    at: datetime | None = None,
) -> bytes:
    """The office's signature on a separate annex. `code` is number and notation of the document ("12/QĐ-SKHCN").

    Refusals as of `prepare` and `number_and_seal`.
    """
    return await sign(pdf, key, shown=annex(code), tsa=tsa, evidence=evidence, at=at)


async def sign_copy(
    pdf: bytes,
    key: Key,
    *,
    form: str,
    office: str,
    tsa: TimeStamper | None = None,
    evidence: Evidence = NOTHING,
    at: datetime | None = None,
) -> bytes:
    """The office's signature on a copy in electronic form."""
    return await sign(pdf, key, shown=copy(form, office), tsa=tsa, evidence=evidence, at=at)


async def sign(
    pdf: bytes,
    key: Key,
    *,
    shown: Text,
    tsa: TimeStamper | None = None,
    evidence: Evidence = NOTHING,
    at: datetime | None = None,
) -> bytes:
    """Prepares the file and signs it; one that others have signed gets the office's signature beside theirs."""
    moment, stamped = at or now(), tsa is not None
    try:
        ready = prepare(pdf, shown)
    except normalise.AlreadySigned:
        waiting = await asyncio.to_thread(
            foreign.open_foreign, pdf, key, line=shown(moment), evidence=evidence, at=moment, stamped=stamped
        )
    else:
        waiting = open_corner(
            ready.pdf, key, shown=shown, evidence=evidence, at=moment, stamped=stamped, known=ready.known
        )
    return await opening.signed(waiting, key, tsa)


def prepare(pdf: bytes, shown: Text) -> Prepared:
    """The plain file with its field. Refusals: Unreadable, Encrypted, AlreadySigned, HiddenLayers, TooLarge."""
    draft = normalise.open_draft(pdf)
    try:
        normalise.clean(draft)
        place = line.box([float(v) for v in draft.pages[0].cropbox], shown(now()))
        field = fields.signature_field(draft, names.ANNEX, place, fields.lock_all())
        font = fields.embedded(draft, face())
        field[pikepdf.Name("/QLVBFont")] = font
        fields.add_form(draft, [field], {"Regular": font})
        made = normalise.written(draft)
    except normalise.BROKEN as error:
        raise normalise.Unreadable from error
    return Prepared(made, known_of(made))


def open_corner(
    prepared: Content,
    who: Owner,
    *,
    shown: Text,
    evidence: Evidence = NOTHING,
    at: datetime | None = None,
    stamped: bool = True,
    known: Known | None = None,
) -> opening.Opened:
    """The first step of signing a prepared file, for a key in another place."""
    moment = at or now()
    with reading(prepared, known) as file:
        field, entries = opening.empty_field(file, names.ANNEX)
        revision = Revision(file)
        left, bottom, right, top = objects.numbers(entries[b"/Rect"])
        content = line.drawn(face(), shown(moment), right - left, top - bottom)
        resources = b"/Font << /F %s >>" % entries[b"/QLVBFont"]
        made = revision.appearance(right - left, top - bottom, resources, content)
        revision.set(field, AP=b"<< /N %d 0 R >>" % made)
        store.add(revision, evidence)
        lock = opening.field_lock(b"/Action /All", file.root)
        body = opening.signature_body(who.certificate, moment, "Chữ ký số của cơ quan", lock)
        return opening.opened(prepared, revision, who, body, field, stamped=stamped, known=known)
