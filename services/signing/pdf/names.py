"""The names of the form fields and what each is for."""

from __future__ import annotations

NUMBER, DAY, MONTH = "DocumentNumber", "IssueDay", "IssueMonth"
LEADER, SEAL, ANNEX = "LeaderSignature", "OfficeSeal", "OfficeAnnex"
TEXTS = (NUMBER, DAY, MONTH)  # what the clerk's revision fills
ALL = (*TEXTS, LEADER, SEAL)
TIPS = {
    NUMBER: "Số văn bản",
    DAY: "Ngày ban hành",
    MONTH: "Tháng ban hành",
    LEADER: "Chữ ký của người có thẩm quyền",
    SEAL: "Chữ ký số của cơ quan",
    ANNEX: "Chữ ký số của cơ quan trên phụ lục",
}
