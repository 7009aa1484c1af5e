"""A file that comes in pieces: what has arrived is never sent twice, and is checked like every other file."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import os
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import time_machine

from contracts.client import Problem
from contracts.registry.client import RegistryClient
from services.registry.files.rules import LIMIT
from services.registry.uploads import rules
from services.registry.uploads.actions import clear
from shared.clock import now
from shared.testing import System, token_of
from tests.unit.registry.lines import broken_piece, listening
from tests.unit.registry.office import CLERK, DRAFTER, STRANGER, office, pdf

TUS = {"Tus-Resumable": "1.0.0"}
PIECE = TUS | {"Content-Type": "application/offset+octet-stream"}
NAME = "filename " + base64.b64encode("Số liệu quý III.csv".encode()).decode()


@pytest.fixture
async def system(tmp_path: Path) -> AsyncIterator[System]:
    async with office(tmp_path) as found:
        yield found


def numbers(size: int) -> bytes:
    """A table of this size, with no byte like another's neighbourhood."""
    return base64.b64encode(os.urandom(size))[:size]


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


async def begun(http: httpx.AsyncClient, size: int, name: str = NAME) -> str:
    answer = await http.post("/v1/uploads", headers=TUS | {"Upload-Length": str(size), "Upload-Metadata": name})
    assert answer.status_code == 201, answer.text
    assert answer.headers["Upload-Offset"] == "0" and answer.headers["Upload-Expires"].endswith("GMT")
    return str(answer.headers["Location"])


async def sent(http: httpx.AsyncClient, path: str, offset: int, content: bytes, **more: str) -> httpx.Response:
    headers = PIECE | {"Upload-Offset": str(offset)} | {k.replace("_", "-"): v for k, v in more.items()}
    return await http.patch(path, content=content, headers=headers)


async def stored(system: System) -> list[str]:
    return await system.runtime("registry").blobs.list_pieces()


async def test_a_line_that_breaks_in_the_middle_loses_nothing_that_arrived(system: System) -> None:
    content = numbers(3 * rules.PIECE + 4321)
    cut = rules.PIECE + 777
    async with listening(system) as port:
        headers = {"Authorization": f"Bearer {token_of(DRAFTER)}"}
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=headers) as http:
            path = await begun(http, len(content))
            await broken_piece(port, DRAFTER, path, 0, len(content), content[:cut])
            async with asyncio.timeout(20):
                while (offset := int((await http.head(path, headers=TUS)).headers["Upload-Offset"])) < cut:
                    await asyncio.sleep(0)  # until registry has seen that the line is gone
            assert offset == cut, "all that came before the break, to the byte"
            assert (await sent(http, path, offset, content[offset:])).status_code == 204
            found = (await http.post(f"{path}/file")).json()
            assert (found["sha256"], found["size"]) == (sha256(content), len(content))
            assert found["display_name"] == "Số liệu quý III.csv"
            assert (await http.get(f"/v1/files/{found['sha256']}")).content == content
    assert await stored(system) == [], "the pieces are gone"


async def test_pieces_by_the_client_of_other_services(system: System) -> None:
    registry = RegistryClient(system.client("registry", DRAFTER))
    content = pdf("x")
    key = await registry.begin_upload("Tờ trình.pdf", len(content))
    digest = "sha256 " + base64.b64encode(hashlib.sha256(content[:100]).digest()).decode()
    assert await registry.send_piece(key, 0, content[:100], digest) == 100 == await registry.upload_offset(key)
    with pytest.raises(Problem, match="Tệp mới tải được 100"):
        await registry.finish_upload(key)
    assert await registry.send_piece(key, 100, content[100:]) == len(content)
    first, again = await registry.finish_upload(key), await registry.finish_upload(key)
    assert first == again and first.sha256 == sha256(content) and first.name == "ToTrinh.pdf"
    other = await registry.begin_upload("Khác.pdf", 5)
    await registry.give_up_upload(other)
    with pytest.raises(Problem, match="404"):
        await registry.upload_offset(other)


async def test_what_the_server_can_do_is_said(system: System) -> None:
    answer = await system.client("registry", DRAFTER).options("/v1/uploads")
    said = {name: answer.headers[name] for name in ("Tus-Version", "Tus-Max-Size", "Tus-Extension")}
    assert answer.status_code == 204 and said == {
        "Tus-Version": "1.0.0", "Tus-Max-Size": str(LIMIT), "Tus-Extension": "creation,expiration,checksum,termination",
    }  # fmt: skip
    assert answer.headers["Tus-Checksum-Algorithm"] == "sha1,sha256"
    old = await system.client("registry", DRAFTER).post("/v1/uploads", headers={"Tus-Resumable": "0.2.2"})
    assert (old.status_code, old.headers["Tus-Version"]) == (412, "1.0.0")


@pytest.mark.parametrize(
    ("size", "name", "status", "kind"),
    [
        (str(LIMIT + 1), "a.pdf", 413, "too-large"),
        ("0", "a.pdf", 422, "empty-file"),
        ("9", "a.exe", 415, "format-refused"),
        ("9", "a.pdf.exe", 415, "format-refused"),
        ("9", "", 415, "format-refused"),
        ("", "a.pdf", 400, "bad-upload"),
        ("-1", "a.pdf", 400, "bad-upload"),
        ("٣", "a.pdf", 400, "bad-upload"),
    ],
)
async def test_what_can_be_known_beforehand_is_refused_before_a_byte_is_sent(
    system: System, size: str, name: str, status: int, kind: str
) -> None:
    told = f"filename {base64.b64encode(name.encode()).decode()}"
    headers = [(b"tus-resumable", b"1.0.0"), (b"upload-length", size.encode()), (b"upload-metadata", told.encode())]
    answer = await system.client("registry", DRAFTER).post("/v1/uploads", headers=headers)
    assert (answer.status_code, answer.json()["kind"]) == (status, kind), answer.text
    assert answer.headers["Tus-Resumable"] == "1.0.0"


async def test_the_very_limit_is_accepted(system: System) -> None:
    assert await begun(system.client("registry", DRAFTER), LIMIT)


async def test_wrong_pieces_are_refused_and_nothing_of_them_stays(system: System) -> None:
    http = system.client("registry", DRAFTER)
    path = await begun(http, 10)
    assert (await sent(http, path, 0, b"a,b\n")).headers["Upload-Offset"] == "4"
    wrong = "sha1 " + base64.b64encode(hashlib.sha1(b"other").digest()).decode()
    for offset, content, more, status, kind in (
        (0, b"a,b\n", {}, 409, "upload-offset"),
        (5, b"1", {}, 409, "upload-offset"),
        (4, b"1" * 7, {}, 413, "upload-too-long"),
        (4, b"1,2", {"Upload_Checksum": wrong}, 460, "upload-checksum"),
        (4, b"1,2", {"Upload_Checksum": "md5 " + wrong[5:]}, 400, "bad-upload"),
        (4, b"1,2", {"Upload_Checksum": "sha1 *"}, 400, "bad-upload"),
        (4, b"1,2", {"Content_Type": "text/csv"}, 415, "not-a-piece"),
    ):
        answer = await sent(http, path, offset, content, **more)
        assert (answer.status_code, answer.json()["kind"]) == (status, kind), answer.text
        assert (await http.head(path, headers=TUS)).headers["Upload-Offset"] == "4"
        assert len(await stored(system)) == 1
    assert (await sent(http, path, 4, b"")).headers["Upload-Offset"] == "4", "nothing more is no mistake"


async def test_two_that_send_the_same_piece_at_once_make_one(system: System) -> None:
    http, content = system.client("registry", DRAFTER), numbers(rules.PIECE)
    path = await begun(http, len(content))
    answers = await asyncio.gather(sent(http, path, 0, content), sent(http, path, 0, content))
    assert sorted(answer.status_code for answer in answers) == [204, 409]
    assert len(await stored(system)) == 1
    files = await asyncio.gather(http.post(f"{path}/file"), http.post(f"{path}/file"))
    assert {answer.json()["sha256"] for answer in files} == {sha256(content)}


async def test_another_person_finds_no_such_upload(system: System) -> None:
    path = await begun(system.client("registry", DRAFTER), 4)
    for who in (CLERK, STRANGER):  # of the same office, of another one
        http = system.client("registry", who)
        answers = [
            await http.head(path, headers=TUS), await sent(http, path, 0, b"a,b\n"), await http.post(f"{path}/file"),
            await http.delete(path, headers=TUS),
        ]  # fmt: skip
        assert [answer.status_code for answer in answers] == [404] * 4
    assert (await system.client("registry").head(path, headers=TUS)).status_code == 401
    assert (await system.client("registry", DRAFTER).head("/v1/uploads/x", headers=TUS)).status_code == 404


async def test_a_file_that_is_refused_when_it_is_whole_does_not_stay(system: System) -> None:
    http = system.client("registry", DRAFTER)
    path = await begun(http, 5, "filename " + base64.b64encode(b"a.pdf").decode())
    await sent(http, path, 0, b"MZ...")
    answer = await http.post(f"{path}/file")
    assert (answer.status_code, answer.json()["kind"]) == (415, "type-mismatch")
    assert await stored(system) == [] and (await http.head(path, headers=TUS)).status_code == 404


async def test_a_person_fills_no_disk(system: System) -> None:
    http = system.client("registry", DRAFTER)
    paths = [await begun(http, LIMIT) for _ in range(rules.MOST_BYTES // LIMIT)]
    headers = TUS | {"Upload-Length": "4", "Upload-Metadata": NAME}
    full = await http.post("/v1/uploads", headers=headers)
    assert (full.status_code, full.json()["kind"]) == (429, "too-many-uploads") and "tải dở" in full.json()["detail"]
    assert await begun(system.client("registry", CLERK), 4), "others go on"
    assert (await http.delete(paths[0], headers=TUS)).status_code == 204
    assert await begun(http, 4)


async def test_what_nobody_goes_on_with_ends_and_leaves_the_disk(system: System) -> None:
    http, runtime = system.client("registry", DRAFTER), system.runtime("registry")
    old, fresh = await begun(http, 8), await begun(http, 8)
    await sent(http, old, 0, b"a,b\n")
    await sent(http, fresh, 0, b"c,d\n")
    await runtime.blobs.put_piece("0" * 32 + ".000000000.left", b"of a process that was killed")
    await clear(runtime)
    assert len(await stored(system)) == 2
    with time_machine.travel(now() + rules.LIFETIME - timedelta(minutes=1)):
        late = system.client("registry", DRAFTER)
        assert (await sent(late, fresh, 4, b"e")).status_code == 204, "each piece gives it another day"
    with time_machine.travel(now() + rules.LIFETIME + timedelta(minutes=1)):
        late = system.client("registry", DRAFTER)
        ended = await late.head(old, headers=TUS)
        assert ended.status_code == 410
        await clear(runtime)
        assert len(await stored(system)) == 2 and (await late.head(old, headers=TUS)).status_code == 404
        assert (await late.head(fresh, headers=TUS)).headers["Upload-Offset"] == "5"


async def test_without_the_scanner_the_pieces_wait(system: System) -> None:
    http = system.client("registry", DRAFTER)
    path = await begun(http, 4)
    await sent(http, path, 0, b"a,b\n")
    system.runtime("registry").settings.clamd = "127.0.0.1:1"
    answer = await http.post(f"{path}/file")
    assert (answer.status_code, answer.json()["kind"]) == (503, "not-scanned")
    system.runtime("registry").settings.clamd = ""
    assert (await http.post(f"{path}/file")).status_code == 201


def test_words_of_the_protocol_are_read_exactly() -> None:
    assert rules.metadata("filename YS5wZGY=,empty, filetype dGV4dA==") == {
        "filename": "a.pdf", "empty": "", "filetype": "text",
    }  # fmt: skip
    for bad in ("filename ?", "filename /w=="):
        with pytest.raises(rules.BadUpload):
            rules.metadata(bad)
    assert rules.checksum("") is None


async def test_a_hostile_header_is_a_refusal(system: System) -> None:
    http: Any = system.client("registry", DRAFTER)
    for told in (b"filename " + b"A" * 5000, b"filename \xff"):
        answer = await http.post("/v1/uploads", headers={**TUS, "Upload-Length": "4", "Upload-Metadata": told})
        assert answer.status_code in (400, 422)
