"""Send what is due. The network is never touched inside a transaction."""

from __future__ import annotations

import asyncio
import hashlib
import tempfile
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID

from services.gateway.axes.national import earlier_sends
from services.gateway.axes.protocol import Axis, AxisRefused, AxisUnavailable
from services.gateway.connections import axes_of, limit_mb, refresh, settings_of
from services.gateway.deliveries.actions import transport_changed
from services.gateway.deliveries.packages import body_of
from services.gateway.edxml import EdxmlInvalid, Organ, ResponseFor, Staff, Status, write_status
from services.gateway.lamps.actions import report
from services.gateway.sending import queue
from services.gateway.sending.rules import Decision, Delivered, NeedsPerson, Retry, StopQueue, after_refusal, delay
from services.gateway.sending.tables import FAILED, SENT, WAITING, Shipment
from shared.clock import VN, now
from shared.service import Runtime

CLOCKS_DIFFER = timedelta(minutes=10)


@dataclass(frozen=True)
class Outcome:
    """What one attempt led to. `down`: the axis itself does not answer or does not let us in."""

    decision: Decision
    error: str = ""
    external_id: str = ""
    sure: bool = True
    down: bool = False


async def send_due(runtime: Runtime) -> None:
    """Every axis has its own queue: one that is down holds nobody else back."""
    await refresh(runtime)
    axes = axes_of(runtime)
    await asyncio.gather(*(_drain(runtime, name, axis) for name, axis in axes.items()))


async def _drain(runtime: Runtime, name: str, axis: Axis) -> None:
    settings = settings_of(runtime)
    lease = timedelta(seconds=settings.axis_lease_seconds)
    while True:
        async with runtime.work() as work:
            claimed = await queue.claim(work, name, settings.axis_send_batch, lease)
        if not claimed:
            return
        results = await asyncio.gather(*(_attempt(runtime, axis, row, looked) for row, looked in claimed))
        down = next((r for r in results if r.down), None)
        for (row, _), outcome in zip(claimed, results, strict=True):
            await _settle(runtime, row.id, outcome)
        async with runtime.work() as work:
            await report(work, name, up=down is None, error=down.error if down else "")
        if down:
            return


async def _attempt(runtime: Runtime, axis: Axis, row: Shipment, maybe_sent: bool) -> Outcome:
    first = timedelta(seconds=settings_of(runtime).axis_retry_seconds)
    try:
        if maybe_sent and row.is_document and (found := await _already_sent(axis, row)):
            return Outcome(Delivered(), external_id=found)
        return await _send(runtime, axis, row)
    except AxisUnavailable as error:
        return Outcome(Retry(delay(row.attempts, first)), error.message_vi, sure=False, down=True)
    except AxisRefused as error:
        decision = after_refusal(error.code, row.attempts, first)
        return Outcome(decision, error.message_vi, down=isinstance(decision, StopQueue))
    except EdxmlInvalid as error:
        return Outcome(NeedsPerson(" ".join(p.message_vi for p in error.problems)))
    except Exception as error:
        return Outcome(
            Retry(delay(row.attempts, first)), f"Lỗi khi gửi: {type(error).__name__}. Hệ thống sẽ thử lại.", sure=False
        )


async def _send(runtime: Runtime, axis: Axis, row: Shipment) -> Outcome:
    with tempfile.TemporaryDirectory(prefix="send-") as folder:
        path = Path(folder) / "package.edxml"
        if row.is_document:
            assert row.package_id is not None
            sha256 = await body_of(runtime, row.package_id)
            await runtime.blobs.copy_to(sha256, path)
            _check_size(path, limit_mb(runtime, row.axis))
        else:
            sha256 = await asyncio.to_thread(_write_status, row, path)
        kind = "edoc" if row.is_document else "status"
        receipt = await axis.send(path, sha256, row.from_code, [row.to_code], kind)  # type: ignore[arg-type]
    return Outcome(Delivered(), external_id=receipt.axis_id)


def _check_size(path: Path, limit: int) -> None:
    size = path.stat().st_size
    if size > limit * 2**20:
        text = f"Gói tin {size / 2**20:.0f} MB vượt giới hạn {limit} MB của nơi nhận. Hãy tách tệp hoặc gửi bản giấy."
        raise AxisRefused("10", "file", text)


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


async def _already_sent(axis: Axis, row: Shipment) -> str:
    """The axis' id of an earlier send of this package whose answer was lost (axis.md §1.7)."""
    sent = await axis.list_sent("edoc")
    oldest = (row.created_at - CLOCKS_DIFFER).astimezone(VN).strftime("%Y-%m-%d %H:%M:%S")
    found = earlier_sends(sent, row.notation, row.to_code, row.title)
    return next((item.axis_id or "known" for item in found if not item.sent or item.sent >= oldest), "")


async def _settle(runtime: Runtime, shipment_id: UUID, outcome: Outcome) -> None:
    decision, person = outcome.decision, False
    async with runtime.work() as work:
        row = await work.locked(Shipment, shipment_id)
        state, error, next_at = SENT, "", None
        if isinstance(decision, NeedsPerson):
            state, error, person = FAILED, decision.reason, True
            if outcome.error and outcome.error != error:
                error = f"{error} ({outcome.error})"
        elif isinstance(decision, Retry | StopQueue):
            state, error, next_at = WAITING, outcome.error, now() + decision.delay
        queue.settle(row, state, error=error, next_at=next_at, external_id=outcome.external_id, sure=outcome.sure)
        if row.is_document:
            await transport_changed(
                work, row.subject_id, state=state, attempts=row.attempts, next_at=next_at, error=error, person=person
            )
