"""What the upload fields speak with: pieces go on to registry, what it refuses is told in its words."""

from __future__ import annotations

import re
from pathlib import Path

from fastapi import Response

from services.portal import assets
from tests.unit.portal.conftest import Person
from tests.unit.portal.stand_in import FILE, Services, refusal

AT = "registry/v1/uploads"


def test_every_page_with_upload_fields_has_their_script() -> None:
    pages = [page.read_text() for page in Path(assets.__file__).with_name("pages").rglob("*.html")]
    fields = [page for page in pages if "data-upload=" in page]
    assert len(fields) >= 2 and all("asset('uploads.js')" in page for page in fields)
    assert assets.content_of("uploads.js")


async def token(person: Person) -> dict[str, str]:
    await person.log_in("tuyetnta")
    found = re.search(r'data-csrf="([^"]+)"', await person.see("/tro-giup"))
    assert found
    return {"X-CSRF": found[1]}


async def test_a_file_goes_on_in_pieces_and_comes_back_as_a_file(person: Person, services: Services) -> None:
    services.answers[f"POST {AT}"] = Response(status_code=201, headers={"Location": "/v1/uploads/U1"})
    services.answers[f"HEAD {AT}/U1"] = Response(headers={"Upload-Offset": "4"})
    services.answers[f"PATCH {AT}/U1"] = Response(status_code=204, headers={"Upload-Offset": "9"})
    services.answers[f"POST {AT}/U1/file"] = FILE
    services.answers[f"DELETE {AT}/U1"] = Response(status_code=204)
    ours, http = await token(person), person.http
    begun = await http.post("/tai-len", headers=ours | {"X-File-Name": "B%E1%BA%A3n.pdf", "Upload-Length": "9"})
    assert (begun.status_code, begun.json()) == (201, {"id": "U1"})
    told = next(headers for key, _, headers in services.asked if key == f"POST {AT}")
    assert told["upload-length"] == "9" and told["upload-metadata"] == "filename QuG6o24ucGRm"
    assert (await http.head("/tai-len/U1")).headers["Upload-Offset"] == "4"
    piece = await http.patch("/tai-len/U1", headers=ours | {"Upload-Offset": "4"}, content=b"%PDF-")
    assert (piece.status_code, piece.headers["Upload-Offset"]) == (204, "9")
    assert (await http.post("/tai-len/U1/xong", headers=ours)).json()["sha256"] == FILE["sha256"]
    assert (await http.delete("/tai-len/U1", headers=ours)).status_code == 204


async def test_what_registry_refuses_is_told_in_its_words(person: Person, services: Services) -> None:
    services.answers[f"POST {AT}"] = refusal(413, "too-large", "Tệp vượt giới hạn 50 MB.")
    ours = await token(person)
    answer = await person.http.post("/tai-len", headers=ours | {"X-File-Name": "a.pdf", "Upload-Length": "99999999"})
    assert (answer.status_code, answer.json()["detail"]) == (413, "Tệp vượt giới hạn 50 MB.")
    assert (await person.http.head("/tai-len/U9")).status_code == 404
    for answer in (
        await person.http.patch("/tai-len/U9", headers=ours | {"Upload-Offset": "0"}, content=b"x"),
        await person.http.post("/tai-len/U9/xong", headers=ours),
        await person.http.delete("/tai-len/U9", headers=ours),
    ):
        assert (answer.status_code, answer.json()["kind"]) == (404, "not-found")


async def test_another_site_uploads_nothing(person: Person, services: Services) -> None:
    await token(person)
    headers = {"X-CSRF": "wrong", "X-File-Name": "a.pdf", "Upload-Length": "4", "Upload-Offset": "0"}
    for answer in (
        await person.http.post("/tai-len", headers=headers),
        await person.http.patch("/tai-len/U1", headers=headers, content=b"x"),
        await person.http.post("/tai-len/U1/xong", headers=headers),
        await person.http.delete("/tai-len/U1", headers=headers),
    ):
        assert answer.status_code == 403
    assert not any(key.startswith(f"POST {AT}") or "uploads" in key for key, _, _ in services.asked)
