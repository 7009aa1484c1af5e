"""What became of a package in a box."""

from __future__ import annotations

from uuid import UUID

from services.gateway.mailbox import queries
from services.gateway.mailbox.tables import DONE, FAIL, OPEN, OURS, MailItem, MailPackage
from services.gateway.webhooks.actions import tell
from services.gateway.wire.failures import NOT_FOUND, WireFailure
from shared.clock import now
from shared.work import Work


async def acknowledge(
    work: Work, box: str, doc_id: str, status: str, description: str, sender: str | None = None
) -> None:
    """The transport's acknowledgement. `done` and `fail` are final. Raises WireFailure where there is no such item."""
    item = await queries.item_of(work, box, doc_id, sender)
    if item is None:
        raise WireFailure(NOT_FOUND, "Không tìm thấy văn bản", http=404)
    await settle(work, item.id, status, description)


async def settle(work: Work, item_id: UUID, status: str, description: str) -> None:
    item = await work.locked(MailItem, item_id)
    if item.status not in OPEN or item.status == status:
        return
    item.status, item.status_desc, item.updated_at = status, description[:1000], now()
    package = await work.locked(MailPackage, item.package_id)
    if package.partner != OURS and status in (DONE, FAIL):
        facts = {
            "docId": str(package.id), "receiverDocId": str(item.id), "messageType": package.message_type,
            "to": item.to_code, "status": status, "description": item.status_desc,
        }  # fmt: skip
        await tell(work, package.partner, f"{package.message_type}.{status}", facts)
