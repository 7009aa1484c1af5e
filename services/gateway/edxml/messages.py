"""The words for every reason and problem: Vietnamese, English, and what to do (Vietnamese)."""

_RESEND = "Đề nghị đơn vị gửi kiểm tra và gửi lại gói tin."
_IT = "Đề nghị chuyển bộ phận kỹ thuật kiểm tra nguồn gửi."
_CLERK = "Đề nghị văn thư kiểm tra và bổ sung khi đăng ký."
_SHORTEN = "Vui lòng rút gọn hoặc bổ sung nội dung rồi gửi lại."

MESSAGES: dict[str, tuple[str, str, str]] = {
    "NOT_XML": ("Tệp không phải là gói tin edXML (không tìm thấy nội dung XML).", "not XML", _RESEND),
    "NOT_EDXML": ("Tệp XML không phải là gói tin edXML: phần tử gốc {0}.", "not an edXML root: {0}", _RESEND),
    "NOT_WELL_FORMED": ("Gói tin sai cú pháp XML: {0}", "not well-formed: {0}", _RESEND),
    "TAG_MISMATCH": ("Gói tin có thẻ mở, thẻ đóng không khớp: {0}", "tags do not match: {0}", _RESEND),
    "TRUNCATED": ("Gói tin bị cắt cụt, chưa hết nội dung: {0}", "truncated: {0}", _RESEND),
    "DOCTYPE": ("Gói tin có khai báo DOCTYPE, không được phép vì lý do an toàn.", "DOCTYPE is not allowed", _IT),
    "ENTITY": ("Gói tin dùng thực thể XML chưa định nghĩa, không được phép.", "entities are not allowed", _IT),
    "TOO_DEEP": ("Gói tin lồng quá {0} mức.", "nested deeper than {0}", _IT),
    "TOO_MANY_ATTRIBUTES": ("Một phần tử có quá {0} thuộc tính.", "more than {0} attributes", _IT),
    "TOO_MANY_ELEMENTS": ("Gói tin có quá {0} phần tử.", "more than {0} elements", _IT),
    "TOO_MANY_ATTACHMENTS": ("Gói tin có quá {0} tệp đính kèm.", "more than {0} attachments", _RESEND),
    "TEXT_TOO_LONG": ("Nội dung của phần tử {0} quá dài.", "text of {0} is too long", _RESEND),
    "TOKEN_TOO_LONG": ("Gói tin có thẻ hoặc chú thích dài bất thường.", "a tag or comment is too long", _IT),
    "OVERSIZE": ("Gói tin hoặc tệp đính kèm vượt quá {0} byte cho phép.", "larger than {0} bytes", _RESEND),
    "BASE64": ("Tệp đính kèm mã hóa base64 sai: {0}.", "bad base64: {0}", _RESEND),
    "BASE64_AFTER_PADDING": ("Tệp đính kèm có dữ liệu sau phần kết thúc base64.", "data after padding", _RESEND),
    "DUPLICATE_CONTENT_ID": ("Mã tệp đính kèm bị trùng: {0}.", "duplicate content id {0}", _RESEND),
    "ZIP_BOMB": ("Tệp nén bung ra lớn bất thường, bị từ chối vì lý do an toàn.", "zip bomb", _IT),
    "PATH_TRAVERSAL": ("Tên tệp bên trong tệp nén trỏ ra ngoài thư mục: {0}.", "path traversal: {0}", _IT),
    "LINK": ("Gói tin chứa liên kết không được phép: {0}.", "links are not allowed: {0}", _IT),
    "STATUS_TIMESTAMP": ("Gói trạng thái thiếu hoặc sai thời gian: {0}.", "status without a time: {0}", _RESEND),
    "RUBBISH_BEFORE_DECLARATION": (
        "Có ký tự thừa trước khai báo XML, hệ thống đã bỏ qua.",
        "rubbish before the declaration was dropped",
        "Không cần xử lý; nên báo đơn vị gửi sửa phần mềm.",
    ),
    "UNBOUND_PREFIX": ("Gói tin dùng tiền tố chưa khai báo.", "undeclared namespace prefix", "Nên báo đơn vị gửi."),
    "UNKNOWN_NAMESPACE": ("Không gian tên lạ: {0}.", "unknown namespace {0}", "Nên báo đơn vị gửi."),
    "UNKNOWN_ELEMENT": ("Phần tử lạ {0}, được lưu kèm.", "unknown element {0} kept", "Không cần xử lý."),
    "MISSING": ("Thiếu thông tin bắt buộc: {0}.", "missing {0}", _CLERK),
    "DATE_INVALID": ("Ngày không hợp lệ: {0}.", "invalid date {0}", _CLERK),
    "NUMBER_INVALID": ("Giá trị số không hợp lệ: {0}.", "invalid number {0}", _CLERK),
    "BUSINESS_TYPE": ("Loại nghiệp vụ không rõ: {0}.", "unknown business type {0}", _CLERK),
    "STATUS_CODE": ("Mã trạng thái không có trong danh mục: {0}.", "unknown status code {0}", "Không cần xử lý."),
    "ATTACHMENT_MISSING": ("Tệp {0} được nêu tên nhưng không có nội dung.", "attachment {0} has no content", _RESEND),
    "ATTACHMENT_UNLISTED": ("Tệp {0} không có trong danh mục đính kèm.", "{0} is not in the manifest", _CLERK),
    "ATTACHMENT_EMPTY": ("Tệp đính kèm {0} rỗng.", "attachment {0} is empty", _RESEND),
    "ATTACHMENT_RUINED": (
        "Tệp {0} đã bị hỏng từ phía gửi (đọc nhầm thành văn bản).",
        "attachment {0} was ruined before sending",
        _RESEND,
    ),
    "ATTACHMENT_TYPE": ("Nội dung tệp {0} không đúng với đuôi tệp.", "content of {0} does not fit its name", _CLERK),
    "ATTACHMENT_NAME": ("Tên tệp {0} có chứa đường dẫn; chỉ dùng để hiển thị.", "name {0} holds a path", _CLERK),
    "ZIP_DAMAGED": ("Tệp nén {0} bị hỏng, không mở được.", "damaged zip {0}", _RESEND),
    "TOO_LONG": ("{0} vượt quá số ký tự cho phép.", "{0} is too long", _SHORTEN),
    "REQUIRED": ("Chưa có {0}.", "{0} is required", _SHORTEN),
    "BAD_CHARACTER": ("{0} có ký tự không được phép trong XML.", "{0} has a character XML forbids", _SHORTEN),
    "BAD_VALUE": ("{0} có giá trị không hợp lệ.", "{0} has an invalid value", _SHORTEN),
    "DOCUMENT_ID_RULE": (
        "Mã văn bản {0} không theo quy tắc «mã đơn vị,năm/tháng/ngày,số/ký hiệu».",
        "document id {0} breaks the rule",
        "Vui lòng tạo lại mã văn bản theo quy tắc.",
    ),
    "HASH_MISMATCH": ("Tệp {0} đã thay đổi so với bản đã duyệt.", "{0} changed", "Vui lòng chọn lại tệp."),
    "PREFIX": ("Tiền tố thẻ không đúng mẫu chuẩn: {0}.", "wrong tag prefix: {0}", "Nên báo đơn vị gửi."),
}


def message_of(code: str, detail: str = "") -> tuple[str, str, str]:
    """Vietnamese, English and remedy of a code, with the detail put in (shortened: it may be hostile)."""
    vi, en, fix = MESSAGES[code]
    short = "".join(c for c in detail if c.isprintable())[:160]
    return vi.format(short), en.format(short), fix
