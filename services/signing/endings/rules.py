"""Offices that have ended: their certificates sign nothing any more, what they signed before stays (QĐ 51 Đ23)."""

from __future__ import annotations

from datetime import date

from shared.problems import Conflict


class OfficeEnded(Conflict):
    kind = "office-ended"
    message = (
        "“{name}” ({organ_id}) đã kết thúc hoạt động từ ngày {ended} theo {basis}, nên không ký bằng chứng thư của cơ "
        "quan này nữa. Hãy ký bằng chứng thư của cơ quan kế thừa."
    )


def may_sign(organ_id: str, name: str, ended: date | None, basis: str, day: date) -> None:
    """OfficeEnded if it signs no more on this day."""
    if ended is not None and day >= ended:
        raise OfficeEnded(name=name, organ_id=organ_id, ended=f"{ended:%d/%m/%Y}", basis=basis)
