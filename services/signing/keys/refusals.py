"""What goes wrong with keys, whatever kind they are."""

from __future__ import annotations

from shared.problems import Refusal


class WrongPin(Refusal):
    kind, status = "wrong-pin", 403
    message = "Mã PIN chưa đúng. Văn bản chưa được ký. Hãy nhập lại mã PIN của khóa ký."


class WrongOtp(Refusal):
    kind, status = "wrong-otp", 403
    message = "Mã OTP chưa đúng hoặc đã hết hạn. Văn bản chưa được ký. Hãy lấy mã mới rồi nhập lại."


class PinLocked(Refusal):
    kind, status = "pin-locked", 403
    message = "Thiết bị khóa đã khóa mã PIN sau nhiều lần nhập sai. Văn bản chưa được ký. Hãy nhờ nơi cấp mở khóa."


class NoKey(Refusal):
    kind = "no-key"
    message = "Chưa có khóa ký của {owner}. Hãy nhờ quản trị đơn vị đăng ký chứng thư số rồi thử lại."


class KeyUnavailable(Refusal):
    """The device or the service that holds the key does not answer, or does not have it."""

    kind, status = "key-unavailable", 503
    message = "Nơi giữ khóa chưa trả lời ({why}). Văn bản chưa được ký. Hãy thử lại; nếu vẫn lỗi, báo quản trị."


class KeyRefused(Refusal):
    """The service that holds the key says no: the holder has not agreed, or may not sign now."""

    kind, status = "key-refused", 403
    message = "Dịch vụ giữ khóa không cho ký ({why}). Văn bản chưa được ký. Hãy xác nhận trên thiết bị rồi thử lại."


class NeedsBrowser(Refusal):
    kind = "key-needs-browser"
    message = "Khóa này nằm trong thiết bị của người ký. Hãy cắm thiết bị và ký ngay trên trang văn bản."
