"""Numbers and dates (NĐ 30 Đ15, Đ22 k2; QĐ 28 Đ12 k3): one after the other, from 01 on 1 January, never backwards."""

from __future__ import annotations

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


class DateTurnedBack(Refusal):
    kind = "date-turned-back"
    message = "Số trước của sổ đã mang ngày {last}, không thể cấp số ngày {wanted}. Hãy kiểm tra đồng hồ máy chủ."


def date_for_number(wanted: date, last: date | None) -> date:
    """The date of the next number of a series. Raises DateTurnedBack when it would be before the previous one."""
    if last is not None and wanted < last:
        raise DateTurnedBack(wanted=wanted.strftime("%d/%m/%Y"), last=last.strftime("%d/%m/%Y"))
    return wanted


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
