"""What a placement by hand has to be (NĐ 30 PL I.II.3, 4, 7, 8). Pure."""

from __future__ import annotations

from collections.abc import Mapping

from services.signing.pdf.byhand import DAY, MONTH, NAMES, NUMBER, SEAL, SIGNATURE, Marked
from shared.problems import Refusal

WORDS = {
    NUMBER: "ô số",
    DAY: "ô ngày",
    MONTH: "ô tháng",
    SIGNATURE: "ô chữ ký",
    SEAL: "ô con dấu",
}
LEAST = {NUMBER: (6.0, 4.0), DAY: (4.0, 4.0), MONTH: (4.0, 4.0), SIGNATURE: (20.0, 10.0), SEAL: (15.0, 15.0)}
MOST = {NUMBER: (60.0, 12.0), DAY: (30.0, 12.0), MONTH: (30.0, 12.0), SIGNATURE: (95.0, 50.0), SEAL: (65.0, 65.0)}
COVERED = (0.28, 0.38)  # the share of the signature's width which the seal covers, on its left (PL I.II.8a: a third)
APART = 5.0  # millimetres between the middles of seal and signature


class BoxMissing(Refusal):
    kind, status = "placement-box-missing", 422
    message = "Chưa đặt {missing}. Hãy kéo đủ năm ô vào trang rồi lưu."


class BoxSize(Refusal):
    kind, status = "placement-box-size", 422
    message = "{box} rộng {width} mm, cao {height} mm là quá {how}. Hãy kéo lại kích thước của ô."


class BoxesOverlap(Refusal):
    kind, status = "placement-boxes-overlap", 422
    message = "{one} và {other} chồng lên nhau. Hãy kéo hai ô tách ra."


class SealPlace(Refusal):
    kind, status = "placement-seal", 422
    message = "Con dấu phải trùm khoảng 1/3 chữ ký về bên trái, cùng hàng (hiện trùm {share} %). Hãy dời ô con dấu."


def check(boxes: Mapping[str, Marked]) -> None:
    """BoxMissing, BoxSize, BoxesOverlap, SealPlace."""
    if missing := [WORDS[name] for name in NAMES if name not in boxes]:
        raise BoxMissing(missing=", ".join(missing))
    for name in NAMES:
        box, least, most = boxes[name], LEAST[name], MOST[name]
        if box.width < least[0] or box.height < least[1]:
            raise BoxSize(box=WORDS[name].capitalize(), width=box.width, height=box.height, how="nhỏ")
        if box.width > most[0] or box.height > most[1]:
            raise BoxSize(box=WORDS[name].capitalize(), width=box.width, height=box.height, how="lớn")
    for one, other in ((NUMBER, DAY), (NUMBER, MONTH), (DAY, MONTH), (NUMBER, SIGNATURE), (DAY, SIGNATURE)):
        if _overlap(boxes[one], boxes[other]):
            raise BoxesOverlap(one=WORDS[one].capitalize(), other=WORDS[other])
    _check_seal(boxes[SEAL], boxes[SIGNATURE])


def _overlap(a: Marked, b: Marked) -> bool:
    across = a.left < b.left + b.width and b.left < a.left + a.width
    return a.page == b.page and across and a.top < b.top + b.height and b.top < a.top + a.height


def _check_seal(seal: Marked, signature: Marked) -> None:
    share = (seal.left + seal.width - signature.left) / signature.width
    level = abs(seal.top + seal.height / 2 - signature.top - signature.height / 2) <= APART
    if seal.page != signature.page or not level or not COVERED[0] - 0.005 <= share <= COVERED[1] + 0.005:
        raise SealPlace(share=round(share * 100) if seal.page == signature.page else 0)
