"""The store of files: named by their content, written once, given out as they were put in or not at all."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from shared.blobs import Blobs, Damaged, TooLarge, make_blobs
from shared.problems import NotFound
from shared.settings import Settings

CONTENT = b"van ban " * 100_000


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    return make_blobs(Settings(data_dir=tmp_path))


async def chunks():
    for start in range(0, len(CONTENT), 1000):
        yield CONTENT[start : start + 1000]


async def test_bytes_streams_and_files_of_one_content_are_one_blob(blobs: Blobs, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(CONTENT)
    refs = {await blobs.put(CONTENT), await blobs.put(chunks()), await blobs.put(tmp_path / "file")}
    (ref,) = refs
    assert (ref.sha256, ref.size) == (hashlib.sha256(CONTENT).hexdigest(), len(CONTENT))
    assert await blobs.get(ref.sha256) == CONTENT
    assert b"".join([part async for part in blobs.stream(ref.sha256)]) == CONTENT
    assert not list((tmp_path / "uploads").iterdir()), "nothing stays in the folder of uploads"


async def test_too_large_leaves_nothing(blobs: Blobs, tmp_path: Path) -> None:
    for source in (CONTENT, chunks()):
        with pytest.raises(TooLarge):
            await blobs.put(source, limit=len(CONTENT) - 1)
    assert not [one for one in (tmp_path / "blobs").rglob("*") if one.is_file()]
    assert not list((tmp_path / "uploads").iterdir())


async def test_what_was_changed_in_the_store_is_not_given_out(blobs: Blobs) -> None:
    ref = await blobs.put(CONTENT)
    path = blobs.path(ref.sha256)
    assert path is not None
    for changed in (CONTENT[:-1], CONTENT[:-1] + b"!", b""):
        path.write_bytes(changed)
        with pytest.raises(Damaged):
            await blobs.get(ref.sha256)
    path.write_bytes(CONTENT)
    assert await blobs.get(ref.sha256) == CONTENT


async def test_names_that_are_no_digests_are_not_found(blobs: Blobs) -> None:
    for name in ("", "0" * 63, "../" * 21 + "x", "G" * 64, "0" * 64):
        with pytest.raises(NotFound):
            await blobs.get(name)
