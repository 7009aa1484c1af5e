"""The life of an outgoing document (requirement table §18; QĐ 28 Đ12; NĐ 30 Đ14–18)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from shared.problems import Invalid, Refusal

DRAFT, RETURNED, NEEDS_REAPPROVAL = "DRAFT", "RETURNED", "NEEDS_REAPPROVAL"
CONSULTING, UNIT_APPROVED, FORM_CHECKED, INITIALLED = "CONSULTING", "UNIT_APPROVED", "FORM_CHECKED", "INITIALLED"
SIGNED, NUMBERED, SEALED, ISSUED, RECALLED = "SIGNED", "NUMBERED", "SEALED", "ISSUED", "RECALLED"
VOIDED = "VOIDED"  # its number was given up before it was issued; the register shows why
SIGNED_PENDING = "SIGNED_PENDING_TIMESTAMP"  # the leader has signed, the time stamp is not there yet (R12.36)

APPROVAL = (CONSULTING, UNIT_APPROVED, FORM_CHECKED, INITIALLED)  # in this order, each optional
WITH_DRAFTER = frozenset({DRAFT, RETURNED, NEEDS_REAPPROVAL})
GONE = frozenset({ISSUED, RECALLED})
ENDED = GONE | {VOIDED}
EDITABLE = WITH_DRAFTER | frozenset(APPROVAL)
AMEND, REPLACE, CORRECT = "amend", "replace", "correct"
BUSINESS_TYPES = {AMEND: 2, REPLACE: 3, CORRECT: 0}  # edXML; a correction is a letter like any other
CHANGED = {AMEND: "Được sửa đổi, bổ sung bởi", REPLACE: "Được thay thế bởi", CORRECT: "Được đính chính bởi"}
LETTER = "công văn"
RECALL_ANSWERS = ("15", "16")
OPENED = ("03", "04", "05", "06", "16")  # the receiver had taken it: its people could read it
NAMES = {
    DRAFT: "đang soạn",
    RETURNED: "bị trả lại",
    NEEDS_REAPPROVAL: "đã sửa, cần trình lại",
    CONSULTING: "đang lấy ý kiến",
    UNIT_APPROVED: "đơn vị đã duyệt",
    FORM_CHECKED: "đã kiểm tra thể thức",
    INITIALLED: "đã ký nháy",
    SIGNED_PENDING: "lãnh đạo đã ký, đang chờ dấu thời gian",
    SIGNED: "lãnh đạo đã ký",
    NUMBERED: "đã cấp số",
    SEALED: "đã ký số cơ quan",
    ISSUED: "đã phát hành",
    RECALLED: "đã thu hồi",
    VOIDED: "đã hủy số",
}


class WrongState(Refusal):
    kind = "wrong-state"
    message = "Văn bản đang ở trạng thái “{state}” nên chưa thể {act}. Hãy tải lại trang để xem bước đang chờ."


class Frozen(Refusal):
    kind = "frozen"
    message = "Văn bản đã phát hành nên không sửa được. Hãy ban hành văn bản đính chính, thay thế hoặc thu hồi."


class ChangedMeanwhile(Refusal):
    kind, status = "changed-meanwhile", 412
    message = "Người khác vừa lưu dự thảo này. Hãy tải lại để xem bản mới rồi sửa tiếp; nội dung bạn gõ chưa bị ghi đè."


class EtagMissing(Refusal):
    kind, status = "etag-missing", 428
    message = "Thiếu phiên bản đang sửa (If-Match). Hãy tải lại dự thảo rồi lưu lại."


class Incomplete(Refusal):
    kind, status = "incomplete", 422
    message = "Dự thảo còn thiếu: {missing}. Hãy bổ sung rồi trình lại."


class NotationMissing(Invalid):
    kind = "notation-missing"
    message = (
        "Văn bản chưa có ký hiệu nên không gửi điện tử được đến {outside}: hệ thống nơi nhận bắt buộc có ký hiệu "
        "(QCVN 102:2016/BTTTT). {way}"
    )


class UnknownRecipients(Refusal):
    kind, status = "unknown-recipients", 422
    message = "Không có trong danh sách nơi nhận của văn bản: {organs}. Hãy chọn lại nơi nhận."


class ChangesUnissued(Refusal):
    kind = "changes-unissued"
    message = (
        "Chỉ sửa đổi, thay thế hoặc đính chính được văn bản đã phát hành và còn hiệu lực; văn bản này {state}. "
        "Hãy chọn lại văn bản."
    )


class OtherForm(Invalid):
    kind = "other-form"
    message = (
        "{code} là {old}, nên phải sửa đổi hoặc thay thế bằng {old}; dự thảo này là {new}. Hãy chọn lại loại văn bản."
    )


class CorrectionIsLetter(Invalid):
    kind = "correction-is-letter"
    message = "Đính chính phải bằng công văn; dự thảo này là {new}. Hãy chọn loại Công văn."


class RecallNeedsOrder(Refusal):
    kind, status = "recall-needs-order", 403
    message = (
        "Thu hồi {code} ở mọi nơi nhận cần lệnh của lãnh đạo. Hãy đề nghị lãnh đạo ra lệnh thu hồi trên trang văn bản "
        "này; nếu chỉ gửi nhầm một số nơi, hãy chọn đúng các nơi đó để lấy lại."
    )


SET_NOTATION = "Hãy ghi ký hiệu vào dự thảo, hoặc đề nghị quản trị khai báo chữ viết tắt tên cơ quan rồi làm lại."
GIVE_UP_NUMBER = "Số đã cấp không đổi được: hãy hủy số kèm lý do, ghi ký hiệu vào dự thảo rồi trình lại."


def check_notation(outside: Sequence[str], *, numbered: bool) -> None:
    """A document without notation: edXML's CodeNotation may not be empty. `outside`: names of the receivers outside.

    Raises NotationMissing.
    """
    if outside:
        named = outside[0] if len(outside) == 1 else f"{outside[0]} và {len(outside) - 1} nơi nhận khác"
        raise NotationMissing(outside=named, way=GIVE_UP_NUMBER if numbered else SET_NOTATION)


def check_change(change: str, old_state: str, old_code: str, old_type: str, new_type: str) -> None:
    """NĐ 30 Đ18 k3. Raises ChangesUnissued, OtherForm, CorrectionIsLetter."""
    if old_state != ISSUED:
        raise ChangesUnissued(state=NAMES.get(old_state, old_state))
    if change == CORRECT and new_type.casefold() != LETTER:
        raise CorrectionIsLetter(new=new_type)
    if change != CORRECT and new_type.casefold() != old_type.casefold():
        raise OtherForm(code=old_code, old=old_type, new=new_type)


def changed_note(change: str, code: str) -> str:
    return f"{CHANGED[change]} {code}"


def content_hash(files: Iterable[str]) -> str:
    """What every approval is bound to: SHA-256 over the files' SHA-256s, in order, one a line."""
    return hashlib.sha256("\n".join(files).encode()).hexdigest()


def require(state: str, allowed: Iterable[str], act: str) -> None:
    """Raises Frozen after issue, else WrongState, unless the state allows the act."""
    if state in allowed:
        return
    if state in (ISSUED, RECALLED):
        raise Frozen
    raise WrongState(state=NAMES.get(state, state), act=act)


def after_edit(state: str, changed: bool) -> str:
    """Approvals are for exactly one content: a change while it is being approved takes it back to its drafter."""
    return NEEDS_REAPPROVAL if changed and state in APPROVAL else state


def after_step(state: str, reached: str) -> str:
    """Messages may come late: an approval never takes a document back."""
    if state in APPROVAL and reached in APPROVAL:
        return APPROVAL[max(APPROVAL.index(state), APPROVAL.index(reached))]
    return state


def check_complete(*, files: Sequence[str], signer_id: str, subject: str) -> None:
    """What a draft needs before it is submitted. `files` are the roles of its files."""
    missing = []
    if "main" not in files:
        missing.append("tệp văn bản chính (PDF)")
    if not signer_id:
        missing.append("người ký")
    if not subject.strip():
        missing.append("trích yếu")
    if missing:
        raise Incomplete(missing=", ".join(missing))
