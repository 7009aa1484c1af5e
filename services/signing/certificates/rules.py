"""Which certificates may sign now, whom they belong to, and when somebody has to be warned (Quy chế Đ21 k1b)."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.x509.oid import NameOID
from pydantic import BaseModel, ConfigDict

from shared.clock import VN, today
from shared.problems import Invalid, Refusal

ACTIVE, LOST, REVOKED = "active", "lost", "revoked"
WORDS = {LOST: "đã báo mất", REVOKED: "đã bị thu hồi"}
ALARMS = Path(__file__).with_name("alarms.json")


class CertificateBlocked(Refusal):
    kind, status = "certificate-blocked", 403
    message = "Chứng thư số {serial} {state} từ {day} nên không ký được nữa. Hãy đăng ký chứng thư mới."


class CertificateExpired(Refusal):
    kind, status = "certificate-expired", 403
    message = "Chứng thư số {serial} hết hạn ngày {day} nên không ký được. Hãy đề nghị gia hạn hoặc cấp mới."


class CertificateNotYetValid(Refusal):
    kind, status = "certificate-not-yet-valid", 403
    message = "Chứng thư số {serial} chỉ có hiệu lực từ {day}. Hãy chờ đến ngày đó hoặc dùng chứng thư khác."


class CertificateNotYours(Refusal):
    kind, status = "certificate-not-yours", 403
    message = "Chứng thư này cấp cho “{name}”, không phải cho {owner}. Hãy chọn chứng thư của chính người ký."


class CertificateUnreadable(Invalid):
    kind = "certificate-unreadable"
    message = "Không đọc được chứng thư gửi lên. Hãy xuất chứng thư ở dạng PEM hoặc DER (.cer, .crt) rồi thử lại."


class CertificateUnfit(Invalid):
    kind = "certificate-unfit"
    message = "Chứng thư này không được cấp để ký văn bản (thiếu mục đích chống chối bỏ). Hãy dùng chứng thư ký số."


class CertificateTaken(Refusal):
    kind = "certificate-taken"
    message = "Chứng thư này đã đăng ký cho người hoặc cơ quan khác. Hãy kiểm tra lại."


class DeviceIncomplete(Invalid):
    kind = "device-incomplete"
    message = "Chưa đủ thông tin về nơi giữ khóa: thiếu {missing}. Hãy bổ sung rồi lưu lại."


class Alarms(BaseModel):
    """How many days before the end of a certificate people are warned. Dated data."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    valid_from: date
    valid_to: date | None = None
    legal_basis: str
    days: tuple[int, ...]


@cache
def editions() -> tuple[Alarms, ...]:
    return tuple(Alarms.model_validate(row) for row in json.loads(ALARMS.read_text("utf-8")))


def alarm_days(day: date | None = None) -> tuple[int, ...]:
    """The thresholds in force on that day (today), the longest first."""
    wanted = day or today()
    fitting = [e for e in editions() if e.valid_from <= wanted and (e.valid_to is None or wanted <= e.valid_to)]
    return tuple(sorted((fitting[-1] if fitting else editions()[0]).days, reverse=True))


def due_alarm(valid_to: datetime, at: datetime, told: int | None, days: Sequence[int]) -> int | None:
    """The threshold that has to be told now (0: expired); None if nothing is new. `told`: the last one."""
    if at >= valid_to:
        reached = 0
    else:
        reached = min((one for one in days if valid_to - at <= timedelta(days=one)), default=-1)
    return reached if reached >= 0 and (told is None or reached < told) else None


def require_usable(
    serial: str, state: str, since: datetime | None, begin: datetime, end: datetime, at: datetime
) -> None:
    """NĐ 68/2024 Đ31: within its time and not reported. CertificateBlocked, …Expired, …NotYetValid."""
    if state != ACTIVE:
        raise CertificateBlocked(serial=serial, state=WORDS.get(state, state), day=_day(since or at))
    if at > end:
        raise CertificateExpired(serial=serial, day=_day(end))
    if at < begin:
        raise CertificateNotYetValid(serial=serial, day=_day(begin))


def _day(at: datetime) -> str:
    return f"{at.astimezone(VN):%d/%m/%Y}"


def common_name(certificate: x509.Certificate) -> str:
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if names else ""


def organ_of(certificate: x509.Certificate) -> str:
    """The organ code in the subject: an office's certificate has one."""
    found = certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATION_IDENTIFIER)
    return str(found[0].value) if found else ""


def require_person(certificate: x509.Certificate, full_name: str) -> None:
    """The certificate is a person's, of that name. CertificateNotYours, CertificateUnfit."""
    require_signing(certificate)
    if organ_of(certificate) or bare(common_name(certificate)) != bare(full_name):
        raise CertificateNotYours(name=common_name(certificate), owner=full_name)


def require_office(certificate: x509.Certificate, name: str, organ_ids: Sequence[str]) -> None:
    """The subject is the office: its organ code, or its name where there is no code. CertificateNotYours."""
    require_signing(certificate)
    code = organ_of(certificate)
    fits = code in organ_ids if code else bare(common_name(certificate)) == bare(name)
    if not fits:
        raise CertificateNotYours(name=common_name(certificate) or code, owner=name)


def require_signing(certificate: x509.Certificate) -> None:
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound as error:
        raise CertificateUnfit from error
    if not usage.content_commitment:
        raise CertificateUnfit


def read(pem_or_der: bytes) -> tuple[x509.Certificate, ...]:
    """The signer's own certificate first, then issuers. CertificateUnreadable."""
    try:
        if b"-----BEGIN" in pem_or_der:
            return tuple(x509.load_pem_x509_certificates(pem_or_der))
        return (x509.load_der_x509_certificate(pem_or_der),)
    except ValueError as error:
        raise CertificateUnreadable from error


def bare(text: str) -> str:
    """For comparing names: composed letters, one blank, no case."""
    return " ".join(unicodedata.normalize("NFC", text).split()).casefold()
