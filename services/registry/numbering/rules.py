"""Numbers and dates (NĐ 30 Đ15, Đ22 k2; QĐ 28 Đ12 k3): one after the other, from 01 on 1 January, never backwards."""

from __future__ import annotations

import unicodedata
from datetime import date

from shared.problems import Refusal

OUTGOING = "outgoing"
INCOMING = "incoming"

ABBREVIATIONS = {  # NĐ 30 annex III, part I
    "nghị quyết": "NQ",
    "quyết định": "QĐ",
    "chỉ thị": "CT",
    "quy chế": "QC",
    "quy định": "QyĐ",
    "thông cáo": "TC",
    "thông báo": "TB",
    "hướng dẫn": "HD",
    "chương trình": "CTr",
    "kế hoạch": "KH",
    "phương án": "PA",
    "đề án": "ĐA",
    "dự án": "DA",
    "báo cáo": "BC",
    "biên bản": "BB",
    "tờ trình": "TTr",
    "hợp đồng": "HĐ",
    "công điện": "CĐ",
    "bản ghi nhớ": "BGN",
    "bản thỏa thuận": "BTT",
    "giấy ủy quyền": "GUQ",
    "giấy mời": "GM",
    "giấy giới thiệu": "GGT",
    "giấy nghỉ phép": "GNP",
    "phiếu gửi": "PG",
    "phiếu chuyển": "PC",
    "phiếu báo": "PB",
}


COMBINED, BY_TYPE, BY_BODY = "combined", "by-type", "by-body"


class DateTurnedBack(Refusal):
    kind = "date-turned-back"
    message = "Số trước của sổ đã mang ngày {last}, không thể cấp số ngày {wanted}. Hãy kiểm tra đồng hồ máy chủ."


def date_for_number(wanted: date, last: date | None) -> date:
    """The date of the next number of a series. Raises DateTurnedBack when it would be before the previous one."""
    if last is not None and wanted < last:
        raise DateTurnedBack(wanted=wanted.strftime("%d/%m/%Y"), last=last.strftime("%d/%m/%Y"))
    return wanted


class NotOnNewYear(Refusal):
    kind, status = "scheme-not-on-new-year", 422
    message = (
        "Số văn bản bắt đầu lại từ 01 ngày 01/01 nên cách đánh số chỉ đổi từ ngày 01/01 của một năm. Chọn lại ngày."
    )


class SchemeInUse(Refusal):
    kind = "scheme-in-use"
    message = "Năm {year} cơ quan đã cấp số văn bản đi, không đổi cách đánh số giữa năm được. Chọn ngày 01/01/{next}."


class CodeTaken(Refusal):
    kind = "code-taken"
    message = "Số, ký hiệu {code} đã có trong năm {year} ở một sổ khác. Sửa ký hiệu của văn bản rồi cấp số lại."


def series_of(division: str, type_name: str, full_notation: str) -> str:
    """The series of an outgoing document under its office's scheme: all together, one a type, or one an issuing body.

    "QĐ-BCĐ" is issued by BCĐ; an official letter "SKHCN-VP" by SKHCN.
    """
    abbreviation = ABBREVIATIONS.get(type_name.strip().lower(), "")
    if division == BY_TYPE:
        return f"{OUTGOING}:{abbreviation or plain_key(type_name)}"
    if division == BY_BODY:
        body = full_notation.removeprefix(f"{abbreviation}-") if abbreviation else full_notation.partition("-")[0]
        return f"{OUTGOING}:{plain_key(body)}"
    return OUTGOING


def plain_key(text: str) -> str:
    """A word for a series that no spelling divides: one form of Unicode, upper case, short enough for its column."""
    return unicodedata.normalize("NFC", " ".join(text.split())).upper()[:60]


def check_start(valid_from: date, *, years_in_use: set[int]) -> None:
    """A scheme begins on a 1 January of a year in which nothing has a number. NotOnNewYear, SchemeInUse."""
    if (valid_from.month, valid_from.day) != (1, 1):
        raise NotOnNewYear
    if used := [year for year in years_in_use if year >= valid_from.year]:
        raise SchemeInUse(year=max(used), next=max(used) + 1)


def number_text(number: int) -> str:
    """Numbers under ten carry a zero before them (NĐ 30 annex I, II.3)."""
    return f"{number:02d}"


def code(number: int, notation: str) -> str:
    """ "05/QĐ-SKHCN"."""
    return f"{number_text(number)}/{notation}"


def notation(type_name: str, office_abbreviation: str) -> str:
    """ "QĐ-SKHCN"; an official letter (công văn) has the office's abbreviation alone."""
    abbreviation = ABBREVIATIONS.get(type_name.strip().lower())
    return "-".join(part for part in (abbreviation, office_abbreviation) if part)


def identifier(organ_id: str, issued: date, full_code: str) -> str:
    """edXML DocumentId: "OrganId,YYYY/MM/DD,number/notation" (R12.32)."""
    return f"{organ_id},{issued:%Y/%m/%d},{full_code}"
