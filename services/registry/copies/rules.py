"""Copies: which kind from what, in which form, by whom (NĐ 30 Đ25–27; Đ33 for the office's key). Pure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path

from pydantic import BaseModel

from shared import clock
from shared.problems import NotFound, Refusal

ASKED, APPROVED, NUMBERED, DONE, REFUSED = "ASKED", "APPROVED", "NUMBERED", "DONE", "REFUSED"
NAMES = {
    ASKED: "chờ duyệt",
    APPROVED: "đã duyệt, chờ văn thư cấp số",
    NUMBERED: "đã cấp số, đang ký số cơ quan",
    DONE: "đã ban hành",
    REFUSED: "không được duyệt",
}
PAPER, ELECTRONIC = "paper", "electronic"
MEDIA = {PAPER: "giấy", ELECTRONIC: "điện tử"}
SOURCES = {"original": "bản gốc", "master": "bản chính", "certified_copy": "bản sao y"}
SERIES = "copy"  # one common series of all kinds in a year (PL I, part II)


class Kind(BaseModel):
    """A kind of copy. `ways`: from medium to medium; `scanned`: made from paper it has to be a picture of the paper."""

    code: str
    name: str
    form: str
    ways: list[tuple[str, str]]
    sources: list[str]
    scanned: bool


class Edition(BaseModel):
    valid_from: date
    valid_to: date | None = None
    legal_basis: str
    kinds: list[Kind]


class WayNotAllowed(Refusal):
    kind, status = "copy-way-not-allowed", 422
    message = "Không được {name} từ bản {source} sang bản {target} (NĐ 30/2020, Đ25). {instead}"


class SourceNotAllowed(Refusal):
    kind, status = "copy-source-not-allowed", 422
    message = "{name} chỉ được thực hiện từ {allowed}, không từ {source} (NĐ 30/2020, Đ25). Hãy chọn lại hình thức sao."


class SourceNotOriginal(Refusal):
    kind, status = "copy-source-not-original", 422
    message = "Văn bản này chưa đủ chữ ký số hợp lệ, chỉ để biết, tham khảo nên không sao được. Hãy đề nghị gửi lại."


class FileMissing(Refusal):
    kind, status = "copy-file-missing", 422
    message = "Chưa có tệp PDF để {name}. Hãy tải lên {wanted}."


class NotAuthorised(Refusal):
    kind, status = "copy-not-authorised", 403
    message = (
        "Bạn không có thẩm quyền quyết định sao văn bản của cơ quan. Hãy trình người đứng đầu hoặc người được giao."
    )


class WrongState(Refusal):
    kind = "copy-wrong-state"
    message = "Bản sao này {state} nên không {act} được. Hãy tải lại trang để xem trạng thái mới."


@cache
def _editions() -> list[Edition]:
    return [Edition.model_validate(item) for item in json.loads((Path(__file__).parent / "kinds.json").read_text())]


def kinds_on(day: date | None = None) -> Edition:
    """Raises NotFound where none was in force."""
    wanted = day or clock.today()
    for edition in _editions():
        if edition.valid_from <= wanted and (edition.valid_to is None or wanted <= edition.valid_to):
            return edition
    raise NotFound


def kind_of(code: str, day: date | None = None) -> Kind:
    """Raises NotFound."""
    for one in kinds_on(day).kinds:
        if one.code == code:
            return one
    raise NotFound


def check_way(kind: Kind, source: str, target: str) -> None:
    """Đ25: WayNotAllowed. From electronic to electronic the original itself is sent."""
    if (source, target) in kind.ways:
        return
    both = source == target == ELECTRONIC
    instead = "Hãy gửi chính văn bản điện tử gốc." if both else "Hãy chọn lại dạng bản sao."
    raise WayNotAllowed(name=kind.name.lower(), source=MEDIA[source], target=MEDIA[target], instead=instead)


def check_source(kind: Kind, source_form: str, legal_state: str | None) -> None:
    """Sao lục only from a sao y, the others from original or master; an electronic original has both signatures."""
    if source_form not in kind.sources:
        allowed = " hoặc ".join(SOURCES[one] for one in kind.sources)
        raise SourceNotAllowed(name=kind.name, allowed=allowed, source=SOURCES[source_form])
    if legal_state is not None and legal_state != "ORIGINAL":
        raise SourceNotOriginal


def check_file(kind: Kind, source: str, target: str, has_file: bool) -> None:
    """An electronic copy is a file; so is the printout of an electronic source."""
    if has_file or (source == PAPER and target == PAPER):
        return
    wanted = "bản chụp (quét) văn bản giấy" if kind.scanned and source == PAPER else "tệp PDF của bản sao"
    raise FileMissing(name=kind.name.lower(), wanted=wanted)


def check_authority(roles: Sequence[str] | frozenset[str], granted: bool) -> None:
    """Đ27: the head decides on copies and says who else may."""
    if "leader" not in roles and not granted:
        raise NotAuthorised


def require(state: str, allowed: Sequence[str], act: str) -> None:
    if state not in allowed:
        raise WrongState(state=NAMES.get(state, state), act=act)


def code(number_text: str, kind: Kind, office_abbreviation: str) -> str:
    """ "03/SY-UBND"."""
    return f"{number_text}/" + "-".join(part for part in (kind.code, office_abbreviation) if part)
