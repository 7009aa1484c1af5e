"""Every annex that a document names leaves with it (QĐ 28 Đ12 k3d). Pure."""

from __future__ import annotations

from services.registry.annexes.mentions import Named
from shared.problems import Refusal


class AnnexesMissing(Refusal):
    kind = "annexes-missing"
    message = "Văn bản ghi {named} phụ lục nhưng có {attached} tệp phụ lục. Hãy đính kèm đủ trước khi phát hành."


class AnnexesNamed(Refusal):
    kind = "annexes-named"
    message = (
        "Lời văn nêu {named} phụ lục{labels} nhưng có {attached} tệp phụ lục. Hãy đính kèm đủ; nếu phụ lục nằm ngay "
        "trong tệp văn bản hoặc là của văn bản khác, hãy ghi số tệp đúng vào ô “Số phụ lục” của dự thảo."
    )


class AnnexesUnconfirmed(Refusal):
    kind = "annexes-unconfirmed"
    message = "{doubt} Hãy xem lại, rồi đánh dấu xác nhận đã đủ phụ lục trước khi phát hành."


def check(declared: int | None, named: Named, attached: int) -> None:
    """The number which the drafter wrote down, else the number in the text, is the number of files.

    Raises AnnexesMissing, AnnexesNamed.
    """
    if declared is not None:
        if declared != attached:
            raise AnnexesMissing(named=declared, attached=attached)
    elif not _fits(named, attached):
        raise AnnexesNamed(named=named.count, labels=_labels(named), attached=attached)


def doubt(subject: str, declared: int | None, named: Named, attached: int) -> str:
    """What the clerk has to look at and confirm before the issue; nothing where all is clear."""
    if declared is not None and not _fits(named, attached):
        return f"Lời văn nêu {named.count} phụ lục{_labels(named)}, còn số tệp phụ lục người soạn ghi là {declared}."
    if attached or named.inside or named.count:
        return ""
    if "phụ lục" in subject.lower():
        return "Trích yếu nhắc đến phụ lục nhưng chưa có tệp phụ lục nào."
    if named.mention:
        return f"Lời văn nhắc đến phụ lục (“{named.mention}”) nhưng chưa có tệp phụ lục nào."
    return ""


def warnings(subject: str, declared: int | None, named: Named, attached: int) -> list[str]:
    """What a person should look at while it can still be put right."""
    try:
        check(declared, named, attached)
    except Refusal as refusal:
        return [refusal.text]
    if found := doubt(subject, declared, named, attached):
        return [found]
    if attached or named.inside:
        return []
    if "kèm theo" in subject.lower():
        return ["Trích yếu nhắc đến tài liệu kèm theo nhưng chưa có tệp phụ lục nào."]
    if named.enclosed:
        return [f"Lời văn nhắc đến tài liệu kèm theo (“{named.enclosed}”) nhưng chưa có tệp phụ lục nào."]
    return []


def _fits(named: Named, attached: int) -> bool:
    """Annexes in the same file need no file of their own (NĐ 30 PL I, II.8b); they may have one."""
    if not named.count:
        return True
    apart = [label for label in named.labels if label not in named.inside]
    unnamed = max(0, named.count - len(named.labels) - max(0, len(named.inside) - (len(named.labels) - len(apart))))
    return attached in (named.count, len(apart) + unnamed)


def _labels(named: Named) -> str:
    return f" ({', '.join(f'Phụ lục {label}' for label in named.labels[:6])})" if named.labels else ""
