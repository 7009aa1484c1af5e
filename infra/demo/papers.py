"""The texts of the demonstration: invented, in the form of Decree 30/2020."""

from __future__ import annotations

from typing import Any

DECISION: dict[str, Any] = {
    "subject": "Về việc ban hành Kế hoạch vận hành Hệ thống Quản lý văn bản và điều hành năm 2027",
    "authority": "GIÁM ĐỐC SỞ KHOA HỌC VÀ CÔNG NGHỆ",
    "grounds": [
        "Căn cứ Nghị định số 30/2020/NĐ-CP ngày 05 tháng 3 năm 2020 của Chính phủ về công tác văn thư",
        "Căn cứ Quyết định số 51/2024/QĐ-UBND của Ủy ban nhân dân tỉnh Tuyên Quang ban hành Quy chế quản lý, "
        "sử dụng Hệ thống Quản lý văn bản và điều hành",
        "Theo đề nghị của Trưởng phòng Chuyển đổi số",
    ],
    "body": "Điều 1. Ban hành kèm theo Quyết định này Kế hoạch vận hành Hệ thống Quản lý văn bản và điều hành "
    "năm 2027 (Phụ lục kèm theo).\n"
    "Điều 2. Phòng Chuyển đổi số chủ trì, phối hợp với các đơn vị liên quan tổ chức thực hiện Kế hoạch; "
    "báo cáo Giám đốc Sở trước ngày 25 tháng cuối mỗi quý.\n"
    "Điều 3. Quyết định này có hiệu lực kể từ ngày ký. Văn phòng Sở, các phòng thuộc Sở và các cơ quan, "
    "đơn vị có liên quan chịu trách nhiệm thi hành Quyết định này.",
    "recipients": [
        "Như Điều 3",
        "Bộ Khoa học và Công nghệ (b/c)",
        "UBND tỉnh Lào Cai",
        "Sở Tài chính",
        "UBND xã Yên Sơn, phường Minh Xuân",
    ],
}

ANNEX: dict[str, Any] = {
    "title": "Kế hoạch vận hành Hệ thống Quản lý văn bản và điều hành năm 2027",
    "of": "Sở Khoa học và Công nghệ",
    "body": "1. Bảo đảm hệ thống sẵn sàng trong giờ làm việc; thời gian dừng có kế hoạch được báo trước 03 ngày.\n"
    "2. Hằng quý diễn tập khôi phục dữ liệu và đối chiếu sổ văn bản đi, sổ văn bản đến.\n"
    "3. Tập huấn cho văn thư, lãnh đạo và chuyên viên các xã, phường trong quý I.",
}

WORD_ANNEX = [
    "DANH MỤC NHIỆM VỤ NĂM 2027",
    "1. Phòng Chuyển đổi số: vận hành hệ thống, diễn tập khôi phục dữ liệu hằng quý.",
    "2. Văn phòng Sở: hướng dẫn văn thư các xã, phường; tổng hợp ý kiến góp ý.",
    "3. Các phòng thuộc Sở: cử đầu mối, bảo đảm hồ sơ công việc đầy đủ trước khi nộp lưu.",
]

REPLY: dict[str, Any] = {
    "subject": "V/v đăng ký tập huấn sử dụng Hệ thống Quản lý văn bản và điều hành",
    "addressees": ["Sở Khoa học và Công nghệ tỉnh Tuyên Quang"],
    "body": "Thực hiện Quyết định của Sở Khoa học và Công nghệ về Kế hoạch vận hành Hệ thống Quản lý văn bản và "
    "điều hành năm 2027, Ủy ban nhân dân xã Yên Sơn đăng ký 12 cán bộ, công chức tham gia tập huấn trong quý I.\n"
    "Ủy ban nhân dân xã Yên Sơn đề nghị Sở Khoa học và Công nghệ tổng hợp./.",
    "recipients": ["Như trên", "Lãnh đạo UBND xã"],
}

LETTER_BODY = (
    "Sở Khoa học và Công nghệ tỉnh Tuyên Quang kính gửi quý cơ quan nội dung nêu trên và đề nghị xem xét, có ý kiến "
    "trước ngày 15 của tháng sau.\nTrân trọng./."
)
