"""The form of a partner: its kind's settings as fields with Vietnamese words, and back from what was typed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.portal.times import day, read_day
from services.portal.visits import Act
from services.portal.wording import Tag
from shared.problems import Invalid

LABELS = {
    "endpoint": ("Địa chỉ của đối tác", "Bắt đầu bằng https://"),
    "system_id": ("Mã hệ thống", "Mã mà đối tác cấp cho hệ thống này"),
    "secret": ("Khóa bí mật", ""),
    "timeout_seconds": ("Chờ trả lời tối đa (giây)", ""),
    "username": ("Tên đăng nhập", ""),
    "password": ("Mật khẩu", ""),
    "application_code": ("Mã ứng dụng", "Để trống nếu trục không cấp"),
    "secret_key": ("Khóa bí mật", ""),
    "login_path": ("Đường dẫn đăng nhập", ""),
    "token_minutes": ("Dùng một phiên đăng nhập trong (phút)", ""),
    "window_days": ("Hỏi lại gói tin của những ngày gần đây (ngày)", ""),
    "requests_per_minute": ("Số lượt gọi tối đa mỗi phút", "Quá số này, đối tác được báo chờ rồi gọi lại"),
    "webhook_url": ("Địa chỉ nhận báo tin", "Để trống nếu đối tác tự hỏi; cần có khóa báo tin"),
    "webhook_secret": ("Khóa báo tin", "Dạng whsec_…; hai khóa cách nhau dấu cách khi đang đổi khóa"),
    "login": ("Cách đăng nhập", ""),
    "client_id": ("Mã khách (client id)", "Với tiêu đề có chữ ký: mã hệ thống"),
    "client_secret": ("Khóa bí mật của khách", ""),
    "token_path": ("Đường dẫn lấy mã truy cập", ""),
    "client_certificate": ("Tệp chứng thư của khách", "Đường dẫn tệp PEM trên máy chủ, cho mutual TLS"),
    "client_key": ("Tệp khóa của chứng thư", "Điền cùng với tệp chứng thư"),
    "out_folder": ("Thư mục gửi ra", "Nằm trong thư mục QLVB_FILE_DROP"),
    "in_folder": ("Thư mục nhận vào", "Nằm trong thư mục QLVB_FILE_DROP"),
}
OPTIONS = {"oauth2": "OAuth2", "signed-headers": "Tiêu đề có chữ ký", "mtls": "Chứng thư (mutual TLS)"}
SIGNATURES = (("", "Không bắt buộc ký số"), ("required", "Phải có chữ ký số"), ("valid", "Chữ ký số phải hợp lệ"))
SETTING, SECRET = "s-", "secret-"  # what names of secret fields begin with is never kept to be shown again
TOGETHER = "các ô phải điền cùng nhau"


class BadDay(Invalid):
    kind = "bad-day"
    message = "“{typed}” không phải là ngày. Hãy ghi dạng 31/12/2026."


class BadNumber(Invalid):
    kind = "bad-number"
    message = "“{typed}” không phải là số nguyên. Hãy ghi số, hoặc để trống."


@dataclass(frozen=True)
class Field:
    """One field of a form. `known`: a secret that is set already."""

    name: str
    label: str
    hint: str
    value: str = ""
    kind: str = "text"
    options: tuple[tuple[str, str], ...] = ()
    required: bool = False
    known: bool = False


def open_fields(kind: dict[str, Any], settings: dict[str, Any], typed: dict[str, str]) -> list[Field]:
    """The settings that may be shown."""
    return [
        _field(kind, name, schema, typed.get(SETTING + name, settings.get(name, schema.get("default"))))
        for name, schema in _properties(kind).items()
        if name not in kind["secrets"]
    ]


def secret_fields(kind: dict[str, Any], known: list[str]) -> list[Field]:
    """The settings that are written once and never shown; none of them is required where it is set."""
    required = _required(kind)
    return [
        Field(SECRET + name, *label_of(name), kind="password", required=name in required, known=name in known)
        for name in _properties(kind)
        if name in kind["secrets"]
    ]


def _field(kind: dict[str, Any], name: str, schema: dict[str, Any], value: Any) -> Field:
    numeric = schema.get("type") in ("integer", "number")
    options = tuple((word, OPTIONS.get(word, word)) for word in schema.get("enum", ()))
    shown = "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
    return Field(
        SETTING + name, *label_of(name), shown, "number" if numeric else "text", options, name in _required(kind)
    )


def label_of(name: str) -> tuple[str, str]:
    return LABELS.get(name, (name, ""))


def _properties(kind: dict[str, Any]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = kind["settings"].get("properties", {})
    return found


def _required(kind: dict[str, Any]) -> list[str]:
    found: list[str] = kind["settings"].get("required", [])
    return found


def settings_of(kind: dict[str, Any], act: Act) -> dict[str, Any]:
    """What was typed into the open fields; an empty one takes its default."""
    typed = {name: act.text(SETTING + name) for name in _properties(kind) if name not in kind["secrets"]}
    return {name: _number(value, _properties(kind)[name].get("type")) for name, value in typed.items() if value}


def secrets_of(kind: dict[str, Any], act: Act) -> dict[str, str]:
    """The secrets that were typed; an empty one stays as it is."""
    typed = {name: act.text(SECRET + name) for name in kind["secrets"]}
    return {name: value for name, value in typed.items() if value}


def _number(text: str, kind: str | None) -> Any:
    """A number where one is wanted; what is none is left for the gateway to refuse by its field."""
    try:
        return int(text) if kind == "integer" else float(text.replace(",", ".")) if kind == "number" else text
    except ValueError:
        return text


def common_of(act: Act, today: date) -> dict[str, Any]:
    """What every partner has. Raises BadDay, BadNumber."""
    return {
        "title": act.text("title"),
        "codes": codes_of(act.text("codes")),
        "is_default": bool(act.text("is_default")),
        "package_limit_mb": whole_number(act.text("package_limit_mb")),
        "signature_rule": act.text("signature_rule"),
        "poll_seconds": whole_number(act.text("poll_seconds")),
        "valid_from": day_of(act.text("valid_from"), today),
        "valid_to": day_of(act.text("valid_to"), today),
    }


def shown_of(partner: dict[str, Any], typed: dict[str, str]) -> dict[str, Any]:
    """The common fields as they stand in the form: what was typed, or what is kept."""
    if "title" in typed:
        return {**typed, "is_default": "is_default" in typed}
    lines = [code["code"] if code.get("tree", True) else f"={code['code']}" for code in partner.get("codes") or []]
    days = {name: day(partner.get(name)) for name in ("valid_from", "valid_to")}
    return {**partner, **days, "codes": "\n".join(lines)}


def codes_of(text: str) -> list[dict[str, Any]]:
    """One code a line, with everything below it; `=` before it: this code alone."""
    lines = dict.fromkeys(line.strip() for line in re.split(r"[\n,;]", text) if line.strip(" =\r\n\t"))
    return [{"code": line.lstrip("= "), "tree": not line.startswith("=")} for line in lines]


def whole_number(text: str) -> int | None:
    """Raises BadNumber."""
    if text and not (text.isascii() and text.isdigit()):
        raise BadNumber(typed=text[:40])
    return int(text) if text else None


def day_of(text: str, today: date) -> str | None:
    """Raises BadDay."""
    try:
        return read_day(text, today)
    except ValueError as error:
        raise BadDay(typed=text[:40]) from error


def readable(kind: str, message: str) -> str:
    """A refusal of settings names its fields as the form does."""
    if kind != "bad-partner-settings":
        return message
    names = {name: f"“{label}”" for name, (label, _) in LABELS.items()} | {"settings": TOGETHER}
    return re.sub(r"\b[a-z]+(?:_[a-z]+)*\b", lambda found: names.get(found[0], found[0]), message)


def tag_of(partner: dict[str, Any], today: date) -> Tag:
    """Whether it is used today."""
    start, end = partner.get("valid_from"), partner.get("valid_to")
    if end and end <= today.isoformat():
        return Tag("Hết hiệu lực")
    if start and start > today.isoformat():
        return Tag("Chưa hiệu lực", "blue")
    return Tag("Đang tắt", "amber") if partner.get("paused") else Tag("Đang dùng", "green")
