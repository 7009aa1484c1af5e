"""One attempt to hand one package to a partner. The network is never touched inside a transaction."""

from __future__ import annotations

import asyncio
import hashlib
import random
import tempfile
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Literal

from services.gateway.axes.protocol import Axis, AxisRefused, AxisUnavailable
from services.gateway.connections import limit_mb, settings_of
from services.gateway.edxml import EdxmlInvalid, Organ, ResponseFor, Staff, Status, write_status
from services.gateway.fitting.actions import body_within
from services.gateway.fitting.rules import PackageTooLarge, megabytes
from services.gateway.patience.rules import patience
from services.gateway.sending.lookup import Ledger
from services.gateway.sending.rules import (
    TOO_LARGE,
    Decision,
    Delivered,
    NeedsPerson,
    Retry,
    StopQueue,
    after_refusal,
    delay,
    unfit,
)
from services.gateway.sending.tables import Shipment
from shared.service import Runtime

draw = random.SystemRandom().random


@dataclass(frozen=True)
class Outcome:
    """What one attempt led to. `partner`: it answered, failed to, lets nobody in, or was not asked at all."""

    decision: Decision
    error: str = ""
    external_id: str = ""
    sure: bool = True
    partner: Literal["answered", "failed", "locked", "untold"] = "answered"


def first_delay(runtime: Runtime) -> float:
    """Seconds; a setting for tests and drills goes before the dated value."""
    return settings_of(runtime).axis_retry_seconds or patience().first_retry_seconds


async def attempt(
    runtime: Runtime, axis: Axis, ledger: Ledger, row: Shipment, maybe_sent: bool, claimed: datetime
) -> Outcome:
    """Look first where an earlier answer may be lost, then send. Whatever happens is an outcome."""
    wait = delay(row.attempts, patience(), first=first_delay(runtime), draw=draw())
    try:
        if maybe_sent and (found := await ledger.find(row, claimed)):
            return Outcome(Delivered(), external_id=found)
        return await _send(runtime, axis, row)
    except AxisUnavailable as error:
        return Outcome(Retry(wait), error.message_vi, sure=False, partner="failed")
    except AxisRefused as error:
        decision = after_refusal(error.code, wait)
        locked = isinstance(decision, StopQueue)
        return Outcome(decision, error.message_vi, partner="locked" if locked else "answered")
    except PackageTooLarge as error:
        return Outcome(NeedsPerson(TOO_LARGE, error.text), partner="untold")
    except EdxmlInvalid as error:
        return Outcome(unfit(" ".join(p.message_vi for p in error.problems)), partner="untold")
    except Exception as error:
        text = f"Lỗi khi gửi: {type(error).__name__}. Hệ thống sẽ thử lại."
        return Outcome(Retry(wait), text, sure=False, partner="untold")


async def _send(runtime: Runtime, axis: Axis, row: Shipment) -> Outcome:
    with tempfile.TemporaryDirectory(prefix="send-") as folder:
        path = Path(folder) / "package.edxml"
        if row.is_document:
            assert row.package_id is not None
            sha256 = await body_within(runtime, row.package_id, limit_mb(runtime, row.axis) * 2**20)
            path = await _fetched(runtime, sha256, path)
            _check_size(path, limit_mb(runtime, row.axis))
        elif row.is_relay:
            sha256 = str(row.content["sha256"])
            path = await _fetched(runtime, sha256, path)
            _check_size(path, limit_mb(runtime, row.axis))
        else:
            sha256 = await asyncio.to_thread(_write_status, row, path)
        receipt = await axis.send(path, sha256, row.from_code, [row.to_code], row.message_type)  # type: ignore[arg-type]
    return Outcome(Delivered(), external_id=receipt.axis_id)


async def _fetched(runtime: Runtime, sha256: str, path: Path) -> Path:
    """The package as a file: where the store is a folder, the stored one itself."""
    stored = runtime.blobs.path(sha256)
    if stored is not None and stored.exists():
        return stored
    await runtime.blobs.copy_to(sha256, path)
    return path


def _check_size(path: Path, limit: int) -> None:
    size = path.stat().st_size
    if size > limit * 2**20:
        raise PackageTooLarge(size=megabytes(size), limit=limit)


def _write_status(row: Shipment, path: Path) -> str:
    content = row.content
    day = content.get("promulgation_date")
    status = Status(
        sender=Organ(row.from_code, content.get("from_name", "")),
        response_for=ResponseFor(
            content["organ_id"], content["code"], content["identifier"], date.fromisoformat(day) if day else None
        ),
        code=row.code,
        timestamp=datetime.fromisoformat(content["at"]),
        description=content.get("description", "")[:1000],
        staff=Staff(name=content["staff"], mobile=content.get("phone", "")) if content.get("staff") else None,
    )
    with path.open("wb") as out:
        write_status(status, out)
    return hashlib.sha256(path.read_bytes()).hexdigest()
