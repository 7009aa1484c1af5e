"""What a person fills in → what the printed form needs. Shapes and lengths are checked here, wording is theirs."""

from __future__ import annotations

import re
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from services.registry.documents import blocks
from services.registry.documents.catalogue import Entry
from shared import clock
from shared.problems import Refusal

Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000)]
Lines = Annotated[list[Line], Field(max_length=300)]
F = TypeVar("F", bound="Loose")
Body = Annotated[str, StringConstraints(max_length=500_000)]
Cells = list[list[Annotated[str, StringConstraints(max_length=5000)]]]
ROMAN = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X"]
ABOUT = re.compile(r"^(v/v|về việc)[\s:]+", re.IGNORECASE)
PREFIXES = ("KT", "TL", "TUQ", "Q")  # for, by order of, authorised by, acting: the head's title follows


class FormNotFit(Refusal):
    kind, status = "form-not-fit", 422
    message = "Ô “{field}” của mẫu chưa đúng: quá dài hoặc sai kiểu. Hãy sửa ô này rồi tạo lại."


class Loose(BaseModel):
    """Unknown fields are left out: a template may be filled from the fields of a whole draft."""

    model_config = ConfigDict(extra="ignore")


class Signatory(Loose):
    position: Line = ""
    name: Line = ""
    capacity: Line = ""


class Attached(Loose):
    title: Line = ""
    body: Body = ""
    tables: Annotated[list[Cells], Field(max_length=50)] = []


class Form(Loose):
    office_name: Line = ""
    parent_name: Line = ""
    notation: Line = ""
    place: Line = ""
    year: int | None = Field(default=None, ge=1945, le=2999)
    type_name: Line = ""
    subject: Line = ""
    addressees: Lines = []
    grounds: Lines = []
    authority: Line = ""
    enacting: Line = ""
    body: Body = ""
    tables: Annotated[list[Cells], Field(max_length=50)] = []
    recipients: Lines = []
    archive: Line = "Lưu: VT"
    drafter_mark: Line = ""
    signer_name: Line = ""
    signer_position: Line = ""
    signer_capacity: Line = ""
    other_signer: Signatory | None = None
    urgency: int = Field(default=0, ge=0, le=3)
    circulation: Line = ""
    contact: Line = ""
    annexes: Annotated[list[Attached], Field(max_length=10)] = []


class AnnexForm(Attached):
    number: Line = ""
    with_type: Line = "Văn bản"
    notation: Line = ""
    year: int | None = Field(default=None, ge=1945, le=2999)
    of: Line = ""


def document(entry: Entry, data: dict[str, Any]) -> dict[str, Any]:
    """The values of forms/document.typ. Raises FormNotFit."""
    form = _checked(Form, data)
    year = form.year or clock.today().year
    values = form.model_dump(exclude={"body", "tables"})
    made = blocks.pieces(form.body, form.tables)
    annexes = [_annex(form, entry, a, i, year) for i, a in enumerate(form.annexes)]
    return values | {
        "year": year,
        "layout": entry.layout,
        "type_name": form.type_name or entry.type_name,
        "subject": _after_v_v(form.subject) if entry.layout == "letter" else form.subject,
        "grounds": blocks.listed(form.grounds),
        "authority": form.authority or _authority(form),
        "enacting": form.enacting or entry.enacting,
        "addressees": [name.rstrip(" ;.") for name in form.addressees if name],
        "recipients": [name.rstrip(" ;.") for name in form.recipients if name],
        "archive": form.archive.rstrip(" .;"),
        "blocks": blocks.ended(made) if entry.layout != "minutes" else made,
        "annexes": annexes,
    }


def _annex(form: Form, entry: Entry, annex: Attached, place: int, year: int) -> dict[str, Any]:
    return {
        "number": ROMAN[place] if len(form.annexes) > 1 else "",
        "title": annex.title,
        "blocks": blocks.pieces(annex.body, annex.tables),
        "with_type": form.type_name or entry.type_name,
        "notation": form.notation,
        "year": year,
        "of": form.office_name,
    }


def annex(data: dict[str, Any]) -> dict[str, Any]:
    """The values of forms/annex.typ. Raises FormNotFit."""
    form = _checked(AnnexForm, data)
    values = form.model_dump(exclude={"body", "tables"})
    return values | {"year": form.year or clock.today().year, "blocks": blocks.pieces(form.body, form.tables)}


def _after_v_v(subject: str) -> str:
    """A letter's subject stands after "V/v": "Về việc" would be said twice."""
    return ABOUT.sub("", subject)


def _authority(form: Form) -> str:
    """Who decides: "GIÁM ĐỐC SỞ …"; a collective (TM.) decides as the office itself."""
    prefix, _, head = form.signer_capacity.partition(".")
    if prefix.upper() == "TM":
        return form.office_name
    title = head.strip() if prefix.upper() in PREFIXES and head.strip() else form.signer_position
    words, office = title.split(), form.office_name.split()
    if words and office and words[-1].casefold() == office[0].casefold():
        words = words[:-1]  # "Trưởng ban" of "Ban Quản lý …": the word stands once
    return " ".join([*words, *office])


def _checked(kind: type[F], data: dict[str, Any]) -> F:
    try:
        return kind.model_validate(data)
    except ValidationError as error:
        place = error.errors()[0]["loc"]
        raise FormNotFit(field=".".join(str(part) for part in place)) from error
