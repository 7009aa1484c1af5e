"""Signing from file to file: the same as in memory, and nothing left of what was refused."""

from __future__ import annotations

import hashlib
from functools import partial
from pathlib import Path

import pytest

from services.signing.judging.judge import judged
from services.signing.pdf import files
from services.signing.pdf.cms import SignatureWrong
from services.signing.pdf.keys import SoftKey
from services.signing.pdf.leader import open_leader
from services.signing.pdf.prepare import prepare
from services.signing.pdf.sealing import open_seal
from services.signing.pdf.signable import FileChanged
from services.signing.pdf.stamps import TimeStampUnavailable
from tests.unit.signing import documents, flow, pki

SIZES = {"small": 0, "large": 3 * 2**20}


class Dead:
    """A time stamper that never answers."""

    async def token(self, digest: bytes) -> bytes:
        raise TimeStampUnavailable


class Mistaken(SoftKey):
    """A key that signs something else."""

    async def sign(self, data: bytes) -> bytes:
        return await super().sign(data + b"x")


@pytest.fixture(params=list(SIZES))
def ready(request: pytest.FixtureRequest, tmp_path: Path):
    made = prepare(
        documents.heavy(SIZES[request.param]), signer_name=documents.SIGNER, signature_image=flow.signature_image(),
        seal_image=flow.seal_image(),
    )  # fmt: skip
    path = tmp_path / "prepared.pdf"
    path.write_bytes(made.pdf)
    return path, made.known


async def test_a_document_goes_from_file_to_file(ready, tmp_path: Path) -> None:
    world, (source, known) = pki.world(), ready
    lead = partial(open_leader, who=world.leader, evidence=world.evidence(), known=known)
    signed = await files.sign(source, tmp_path / "signed.pdf", lead, world.leader, world.stamper())
    seal = partial(
        open_seal, number="7", issued=flow.ISSUED, key=world.office, evidence=world.evidence(), known=signed.known
    )
    sealed = await files.sign(tmp_path / "signed.pdf", tmp_path / "sealed.pdf", seal, world.office, world.stamper())
    pdf = (tmp_path / "sealed.pdf").read_bytes()
    assert sealed.known.size == len(pdf) and sealed.known.sha256 == hashlib.sha256(pdf).hexdigest()
    assert pdf.startswith(source.read_bytes()) and not sealed.waits
    assert (await judged(pdf, trust=world.trust)).valid
    kept = await files.archive(
        tmp_path / "sealed.pdf", world.stamper(), evidence=world.evidence(world.tsa), known=sealed.known
    )
    archived = (tmp_path / "sealed.pdf").read_bytes()
    assert kept.known.sha256 == hashlib.sha256(archived).hexdigest() and archived.startswith(pdf)
    assert (await judged(archived, trust=world.trust)).valid


async def test_a_private_file_is_signed_where_it_is(ready) -> None:
    world, (source, known) = pki.world(), ready
    before = source.read_bytes()
    lead = partial(open_leader, who=world.leader, evidence=world.evidence(), known=known)
    done = await files.append(source, lead, world.leader, world.stamper())
    assert source.read_bytes().startswith(before) and source.stat().st_size == done.known.size


async def test_what_is_refused_leaves_nothing_behind(ready, tmp_path: Path) -> None:
    world, (source, known) = pki.world(), ready
    before, target = source.read_bytes(), tmp_path / "never.pdf"
    lead = partial(open_leader, who=world.leader, known=known)
    mistaken = Mistaken(world.leader._private, world.leader.certificate, world.leader.chain)
    for key, tsa, error in ((world.leader, Dead(), TimeStampUnavailable), (mistaken, None, SignatureWrong)):
        with pytest.raises(error):
            await files.sign(source, target, lead, key, tsa)
        with pytest.raises(error):
            await files.append(source, lead, key, tsa)
        assert not target.exists() and source.read_bytes() == before
    source.write_bytes(before[:-7] + b"\n%%EOF\n"[-7:].swapcase())
    with pytest.raises(FileChanged):
        await files.sign(source, target, lead, world.leader)
    assert not target.exists()


async def test_a_dead_time_stamper_leaves_a_signed_file_that_waits(ready, tmp_path: Path) -> None:
    world, (source, known) = pki.world(), ready
    lead = partial(open_leader, who=world.leader, known=known)
    done = await files.sign(source, tmp_path / "signed.pdf", lead, world.leader, Dead(), may_wait=True)
    assert done.waits and (tmp_path / "signed.pdf").exists()
