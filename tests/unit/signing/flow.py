"""The whole way of a document in one call, for tests."""

from __future__ import annotations

from datetime import date, datetime

from services.signing.pdf import drawings
from services.signing.pdf.keys import SoftKey
from services.signing.pdf.leader import sign_leader
from services.signing.pdf.prepare import Further, prepare
from services.signing.pdf.sealing import number_and_seal
from shared.problems import Refusal
from tests.unit.signing import documents, pki
from tests.unit.signing.pki import World

ISSUED = date(2026, 11, 5)
OFFICE = "Sở Khoa học và Công nghệ"


def signature_image(name: str = documents.SIGNER) -> bytes:
    return drawings.signature(name)


def seal_image() -> bytes:
    return drawings.seal(OFFICE, "Ủy ban nhân dân tỉnh Tuyên Quang")


async def led(
    world: World, pdf: bytes | None = None, *, key: SoftKey | None = None, stamped: bool = True, proven: bool = True,
    at: datetime | None = None, signer: str = documents.SIGNER, certify: bool = True,
) -> bytes:  # fmt: skip
    """Prepared and signed by the leader."""
    ready = prepare(pdf or documents.draft(), signer_name=signer)
    who = key or world.leader
    return await sign_leader(
        ready.pdf, who, image=signature_image(), tsa=world.stamper(at) if stamped else None, at=at, certify=certify,
        evidence=world.evidence(who, world.tsa, at=at) if proven else world.evidence(world.tsa, at=at),
    )  # fmt: skip


async def sealed(
    world: World, signed: bytes, *, number: str = "7", issued: date = ISSUED, key: SoftKey | None = None,
    stamped: bool = True, at: datetime | None = None,
) -> bytes:  # fmt: skip
    """Numbered and sealed."""
    who = key or world.office
    return await number_and_seal(
        signed, number=number, issued=issued, key=who, seal_image=seal_image(), at=at,
        tsa=world.stamper(at) if stamped else None, evidence=world.evidence(who, world.tsa, at=at),
    )  # fmt: skip


async def led_by_both(world: World, pdf: bytes | None = None, *, order: tuple[int, int] = (0, 1)) -> bytes:
    """A joint document, prepared, and signed by its two leaders in this order."""
    file = prepare(
        pdf or documents.layouts()["two-signers"], signer_name=documents.SIGNER, signature_image=signature_image(),
        further=[Further(documents.SECOND, signature_image(documents.SECOND))],
    ).pdf  # fmt: skip
    keys = (world.leader, pki.second(world))
    for place in order:
        evidence = world.evidence(keys[place], world.tsa)
        file = await sign_leader(file, keys[place], place=place, tsa=world.stamper(), evidence=evidence)
    return file


async def issued_in(world: World, layout: str, **options: object) -> bytes:
    """A finished document in this one of the layouts."""
    pdf = documents.layouts()[layout]
    signed = await led_by_both(world, pdf) if layout == "two-signers" else await led(world, pdf)
    return await sealed(world, signed, **options)


async def issued(world: World, pdf: bytes | None = None, **options: object) -> bytes:
    """A finished document."""
    return await sealed(world, await led(world, pdf), **options)


async def sealed_or_none(world: World, signed: bytes) -> bytes | None:
    """Sealed, where the writer does it at all."""
    try:
        return await sealed(world, signed)
    except Refusal:
        return None
