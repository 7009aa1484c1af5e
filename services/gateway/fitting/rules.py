"""Does a document fit a partner's limit, and which annexes stay here where it does not (QĐ 28 Đ7 k4)?

A file of 50 MB is lawful, and takes 67 MB in a package: more than many partners accept. The document itself always
travels in the package. Of its annexes the largest stay here until the rest fits; the package names each of them with
its SHA-256 and a link that ends after some days.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from contracts.message import FileRef
from services.gateway.edxml import Package, package_size
from services.gateway.edxml.writing.size import encoded_size
from shared.problems import Invalid, Refusal

LIST_NAME = "DanhMucTepLienKet.txt"
RECALL = 1  # edXML type: says which document, its files are there already
MAIN_TOO_LARGE = (
    "Riêng văn bản chính đã vượt giới hạn của nơi nhận. Hãy quét lại ở 200 dpi hoặc nén tệp rồi trình lại, "
    "hoặc bỏ nơi nhận này và gửi bản giấy."
)
NO_ADDRESS = (
    "Chưa gửi được tệp qua liên kết vì hệ thống chưa khai báo địa chỉ công khai (QLVB_PUBLIC_URL). Hãy báo quản trị, "
    "hoặc bớt tệp phụ lục, hoặc bỏ nơi nhận này và gửi bản giấy."
)
BY_LINK = (
    "Gửi {files} qua liên kết có thời hạn {days} ngày: gói tin còn {size} MB và ghi tên, mã SHA-256, liên kết của "
    "từng tệp để nơi nhận tải và đối chiếu. Hoặc bớt tệp phụ lục rồi trình lại."
)
_ROOM_FOR_LIST, _ROOM_A_FILE = 1024, 1536  # bytes of the list of links, never less than what is written


@dataclass(frozen=True)
class Fit:
    """`size`: of the package with all files. `linked`: places of the files that stay here; `fitted`: the size without
    them. `whole`: as it is; `link`: with links; `none`: not even so."""

    way: Literal["whole", "link", "none"]
    limit: int
    size: int
    linked: tuple[int, ...] = ()
    fitted: int = 0


class PackageTooLarge(Refusal):
    kind = "package-too-large"
    message = (
        "Gói tin {size} MB vượt giới hạn {limit} MB của nơi nhận nên không gửi. Hãy gửi bản giấy, hoặc thu hồi rồi "
        "phát hành lại với tệp nhỏ hơn hay chọn gửi tệp lớn qua liên kết."
    )


class NotADocument(Invalid):
    kind = "not-a-document"
    message = "Chưa tính được kích thước gói tin: ngày hoặc kích thước tệp của văn bản chưa đúng. Hãy kiểm tra lại."


def surely_fits(sizes: Sequence[int], recipients: int, limit: int) -> bool:
    """A quick answer that is never a wrong yes: most documents are far from every limit."""
    return sum(sizes) * 1.4 + 4096 * (len(sizes) + recipients) + 2**16 <= limit


def fit(package: Package, files: Sequence[FileRef], limit: int) -> Fit:
    """How a document reaches a partner that takes packages of up to `limit` bytes."""
    sizes = [(file.display_name or file.name, file.size) for file in files]
    size = package_size(package, sizes)
    if size <= limit:
        return Fit("whole", limit, size)
    linked: list[int] = []
    for place in sorted(_annexes(files), key=lambda place: (-encoded_size(*sizes[place]), place)):
        linked.append(place)
        fitted = _without(package, sizes, linked)
        if fitted <= limit:
            return Fit("link", limit, size, tuple(sorted(linked)), fitted)
    return Fit("none", limit, size)


def _annexes(files: Sequence[FileRef]) -> list[int]:
    """The first file stands for the document where none is called so."""
    main = next((place for place, file in enumerate(files) if file.role == "main"), 0)
    return [place for place in range(len(files)) if place != main]


def _without(package: Package, sizes: Sequence[tuple[str, int]], linked: Sequence[int]) -> int:
    kept = [pair for place, pair in enumerate(sizes) if place not in linked]
    if package.business_type != RECALL:
        kept.append((LIST_NAME, _ROOM_FOR_LIST + _ROOM_A_FILE * len(linked)))
    return package_size(told(package, len(linked)), kept)


def told(package: Package, linked: int) -> Package:
    """The package that says how many files it does not carry."""
    if package.business_type == RECALL:
        return package
    note = f" (kèm {linked} tệp gửi qua liên kết, xem {LIST_NAME})"
    return replace(package, content=package.content[: 500 - len(note)] + note)


def megabytes(size: int) -> str:
    """ "66,7": one decimal, never 50,0 for what is over 50."""
    tenths = -(-size * 10 // 2**20)
    return f"{tenths // 10},{tenths % 10}"


def advice(found: Fit, files: Sequence[FileRef], days: int, *, address: bool) -> str:
    """What to do about a package that is too large."""
    if found.way == "none":
        return MAIN_TOO_LARGE
    if not address:
        return NO_ADDRESS
    names = ", ".join(f"“{files[place].display_name or files[place].name}”" for place in found.linked)
    return BY_LINK.format(files=names, days=days, size=megabytes(found.fitted))
