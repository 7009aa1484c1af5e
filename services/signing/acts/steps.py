"""The steps of signing that the law names (NĐ 68/2024 Đ29), written down as they are done."""

from __future__ import annotations

from services.signing.acts.tables import Signature
from shared.clock import now

CERTIFICATE, PATH, SIGNED, STAMPED, SHOWN = "certificate", "path", "signed", "time-stamp", "shown"
AUTHORITY = "authority"  # in which capacity (NĐ 30 Đ13)


def log(part: Signature, step: str, text: str) -> None:
    """Adds the step; JSON columns notice a new value, not a changed one."""
    part.steps = [*part.steps, {"step": step, "at": now().isoformat(), "text": text}]
