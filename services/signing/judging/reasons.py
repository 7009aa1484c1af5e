"""Every reason the judge can give, as sentences for a clerk: what is wrong, and what to do about it."""

from __future__ import annotations

from services.signing.judging.verdict import Indication, Reason

MESSAGES = {
    "unreadable": "Tệp không đọc được như một PDF hợp lệ ({detail}). Đề nghị nơi gửi xuất và gửi lại tệp.",
    "no-file": "Không đọc được tệp “{file}”: {detail}. Hãy kiểm tra lại đường dẫn và quyền đọc.",
    "no-trust": "Không đọc được chứng thư gốc tin cậy: {detail}. Hãy đưa tệp PEM của tổ chức chứng thực gốc.",
    "encrypted": "Tệp PDF đặt mật khẩu nên không kiểm tra được chữ ký. Đề nghị nơi gửi bỏ mật khẩu và gửi lại.",
    "hybrid": (
        "Tệp ghi hai bảng đối tượng khác kiểu (thường do Word xuất ra), phần mềm khác nhau có thể hiển thị khác nhau "
        "nên không kiểm tra được chữ ký. Đề nghị nơi gửi ký lại trên tệp PDF chuẩn."
    ),
    "too-complex": "Tệp quá lớn hoặc quá phức tạp ({detail}) nên không kiểm tra tự động. Hãy chuyển quản trị xem xét.",
    "not-judged": "Tệp {detail} nên không kiểm tra được. Chưa có kết luận; hãy chuyển quản trị xem xét.",
    "unsigned": "Tệp không có chữ ký số nào nên chỉ để biết, tham khảo. Đề nghị nơi gửi gửi bản đã ký số.",
    "changed-bytes": "Nội dung đã bị sửa sau khi “{field}” được ký. Không dùng tệp này; đề nghị nơi gửi gửi lại.",
    "changed-later": "Sau khi “{field}” được ký, tệp bị sửa theo cách không được phép ({detail}). Không dùng tệp này.",
    "signature-wrong": "Chữ ký “{field}” không khớp với chứng thư kèm theo. Không dùng tệp này.",
    "signature-malformed": "Chữ ký “{field}” sai cấu trúc nên không kiểm tra được ({detail}). Đề nghị nơi gửi ký lại.",
    "signature-kind": "Chữ ký “{field}” thuộc kiểu cũ hoặc lạ ({detail}) nên không kiểm tra được. Đề nghị ký lại.",
    "weak-algorithm": "Chữ ký “{field}” dùng thuật toán không còn an toàn. Đề nghị nơi gửi ký lại bằng SHA-256.",
    "unknown-ca": "Chứng thư của “{signer}” không do tổ chức chứng thực được tin cậy cấp. Hãy xác minh với nơi gửi.",
    "revoked": "Chứng thư của “{signer}” đã bị thu hồi vào lúc ký. Chữ ký không có giá trị; hãy báo nơi gửi.",
    "expired": "Chứng thư của “{signer}” đã hết hạn vào thời điểm ký chứng minh được. Đề nghị nơi gửi ký lại.",
    "not-yet-valid": "Chứng thư của “{signer}” chưa có hiệu lực vào lúc ký. Đề nghị nơi gửi ký lại.",
    "certificate-unfit": "Chứng thư của “{signer}” không được cấp để ký văn bản. Đề nghị nơi gửi dùng đúng chứng thư.",
    "revocation-unknown": (
        "Chưa kiểm tra được chứng thư của “{signer}” có bị thu hồi hay không (thiếu dữ liệu OCSP hoặc CRL). "
        "Hãy kiểm tra lại sau."
    ),
    "certificate-unproven": "Không chứng minh được chứng thư của “{signer}” có hiệu lực vào lúc ký ({detail}).",
    "timestamp-wrong": "Dấu thời gian của “{field}” không hợp lệ nên không xác định được thời điểm ký.",
    "timestamp-unproven": (
        "Chưa kiểm tra được chứng thư của máy chủ cấp dấu thời gian cho “{field}” có bị thu hồi hay không (thiếu dữ "
        "liệu OCSP hoặc CRL), nên thời điểm ký chưa được chứng minh. Hãy kiểm tra lại sau."
    ),
    "timestamp-expired": (
        "Chứng thư của máy chủ cấp dấu thời gian cho “{field}” nay đã hết hạn và không có dấu thời gian lưu trữ nối "
        "tiếp, nên thời điểm ký không còn chứng minh được bằng dấu này."
    ),
    "no-timestamp": "Chữ ký “{field}” không có dấu thời gian: thời điểm ký do máy người ký ghi, chưa được chứng minh.",
    "not-whole-file": "Chữ ký cuối cùng không bao trùm toàn bộ tệp: có dữ liệu thêm sau khi ký. Không dùng tệp này.",
    "proofs-after": "Sau chữ ký cuối cùng chỉ có thêm bằng chứng về chứng thư (OCSP, CRL), không có thêm nội dung.",
    "byte-range": "Chữ ký “{field}” không bao trùm liền mạch nội dung tệp. Không dùng tệp này.",
    "fields-differ": "Tập ô chữ ký và ô điền của văn bản không đúng như khi phát hành ({detail}). Không dùng tệp này.",
    "leader-missing": "Văn bản thiếu chữ ký số của người có thẩm quyền nên chỉ để biết, tham khảo.",
    "office-missing": "Văn bản thiếu chữ ký số của cơ quan nên chỉ để biết, tham khảo. Đề nghị gửi bản phát hành.",
    "wrong-role": "Ô “{field}” do “{signer}” ký, không phải đúng loại chứng thư (cá nhân hoặc cơ quan) của ô này.",
    "lock-missing": "Chữ ký “{field}” thiếu khóa nội dung mà hệ thống luôn đặt khi phát hành. Không dùng tệp này.",
    "active-content": "Tệp chứa thành phần tự chạy hoặc tự vẽ lại nội dung ({detail}). Không dùng tệp này.",
    "layers": "Tệp có lớp nội dung ẩn hiện được ({detail}): phần mềm đọc khác nhau có thể hiển thị khác nhau.",
    "attachments": "Tệp PDF nhúng kèm tệp khác ({detail}); chữ ký có bao trùm, nhưng hãy mở tệp kèm thận trọng.",
    "shown-differs": "Ô “{field}” hiển thị “{shown}” nhưng giá trị ghi là “{value}”. Không dùng tệp này.",
    "filled-unlocked": "Ô “{field}” được điền sau khi người có thẩm quyền ký mà không khóa: hãy đối chiếu với nơi gửi.",
    "number-differs": "Số trên văn bản là “{shown}”, khác với thông tin gửi kèm “{value}”. Hãy hỏi lại nơi gửi.",
    "date-differs": "Ngày, tháng trên văn bản là “{shown}”, khác với thông tin gửi kèm “{value}”. Hãy hỏi lại nơi gửi.",
    "other-signer": "Người ký trên tệp là “{signer}”, khác với người ký ghi trong thông tin gửi kèm “{value}”.",
    "other-office": "Chứng thư cơ quan là “{signer}” ({organ}), không khớp nơi gửi “{value}”. Hãy xác minh lại.",
    "office-closed": (
        "“{signer}” ({organ}) đã kết thúc hoạt động từ ngày {value}, trước thời điểm ký chứng minh được. "
        "Chữ ký không được công nhận; hãy hỏi cơ quan kế thừa."
    ),
}
# Told, but they prove nothing wrong.
NOTES = frozenset(
    {"no-timestamp", "filled-unlocked", "proofs-after", "timestamp-expired", "layers", "attachments"}
)  # fmt: skip
# Told where an authority's answer is missing: another day, or the authority itself, may take it away.
UNANSWERED = frozenset({"revocation-unknown", "timestamp-unproven", "certificate-unproven"})
# ETSI EN 319 102-1 §5.1.3; what the standard has no word for is a constraint of our policy.
FAILED = {
    "changed-bytes": "HASH_FAILURE",
    "signature-wrong": "SIG_CRYPTO_FAILURE",
    "signature-malformed": "FORMAT_FAILURE",
    "byte-range": "FORMAT_FAILURE",
    "revoked": "REVOKED",
    "not-yet-valid": "NOT_YET_VALID",
}
INDETERMINATE = {
    "weak-algorithm": "CRYPTO_CONSTRAINTS_FAILURE",
    "unknown-ca": "NO_CERTIFICATE_CHAIN_FOUND",
    "expired": "OUT_OF_BOUNDS_NO_POE",
    "certificate-unfit": "CHAIN_CONSTRAINTS_FAILURE",
    "certificate-unproven": "CERTIFICATE_CHAIN_GENERAL_FAILURE",
    "revocation-unknown": "TRY_LATER",
    "timestamp-wrong": "NO_POE",
    "timestamp-unproven": "TRY_LATER",
    "signature-kind": "GENERIC",
}


def reason(code: str, **data: object) -> Reason:
    """The reason with its sentence."""
    return Reason(code, MESSAGES[code].format(**data))


def blocking(one: Reason) -> bool:
    """Whether this reason makes a verdict "not valid"."""
    return one.code not in NOTES


def indication(reasons: tuple[Reason, ...]) -> tuple[Indication, str]:
    """ETSI's word for these reasons: the worst counts."""
    codes = [one.code for one in reasons if blocking(one)]
    if not codes:
        return "TOTAL-PASSED", ""
    failed = next((FAILED[code] for code in codes if code in FAILED), None)
    if failed is not None:
        return "TOTAL-FAILED", failed
    return "INDETERMINATE", next((INDETERMINATE[c] for c in codes if c in INDETERMINATE), "SIG_CONSTRAINTS_FAILURE")
