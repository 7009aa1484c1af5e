"""An administrator's acts on partners. Each is audited; no secret reaches the audit."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select

from contracts.gateway import partners as api
from services.gateway.axes.kinds import Kind, kind_of
from services.gateway.partners import rules
from services.gateway.partners.queries import named
from services.gateway.partners.tables import Partner, PartnerCode
from services.gateway.partners.vault import vault
from services.gateway.routing.codes import normal
from shared.clock import now
from shared.database import new_id
from shared.work import Work

ADMINISTRATOR = "system_admin"
KEPT = ("title", "is_default", "package_limit_mb", "signature_rule", "poll_seconds", "valid_from", "valid_to")


async def create_partner(work: Work, body: api.NewPartner) -> Partner:
    work.principal.require(ADMINISTRATOR)
    rules.check_name(body.name)
    rules.check_validity(body.valid_from, body.valid_to)
    if await named(work, body.name) is not None:
        raise rules.NameTaken(name=body.name)
    row = Partner(id=new_id(), name=body.name, kind=body.kind, paused=False, pause_reason="", version=1)
    row.from_environment = False
    _write(work, row, kind_of(body.kind), body.settings, body.model_dump(include=set(KEPT)))
    await _check_default(work, row)
    work.save(row)
    await work.flush()
    await _set_codes(work, row, body.codes)
    work.audit("gateway.partner-created", str(row.id), name=row.name, kind=row.kind, settings=row.settings)
    return row


async def change_partner(work: Work, partner_id: UUID, body: api.PartnerChange) -> Partner:
    """The secrets stay as they are."""
    row = await _own(work, partner_id)
    if row.version != body.version:
        raise rules.ChangedMeanwhile
    rules.check_validity(body.valid_from, body.valid_to)
    before = {"settings": row.settings, **{name: getattr(row, name) for name in KEPT}}
    secrets = vault(work.runtime).open(row.name, row.sealed)
    _write(work, row, kind_of(row.kind), {**body.settings, **secrets}, body.model_dump(include=set(KEPT)))
    await _check_default(work, row)
    await _set_codes(work, row, body.codes)
    after = {"settings": row.settings, **{name: getattr(row, name) for name in KEPT}}
    changed = sorted(name for name in after if after[name] != before[name])
    _count(row)
    work.audit("gateway.partner-changed", str(row.id), name=row.name, changed=changed, codes=len(body.codes))
    return row


async def pause_partner(work: Work, partner_id: UUID, reason: str) -> Partner:
    """Nothing is sent and nothing fetched until it is resumed; what is to go waits in its queue."""
    work.principal.require(ADMINISTRATOR)
    row = await work.locked(Partner, partner_id)
    row.paused, row.pause_reason = True, reason
    _count(row)
    work.audit("gateway.partner-paused", str(row.id), name=row.name, reason=reason)
    return row


async def resume_partner(work: Work, partner_id: UUID) -> Partner:
    work.principal.require(ADMINISTRATOR)
    row = await work.locked(Partner, partner_id)
    row.paused, row.pause_reason = False, ""
    _count(row)
    work.audit("gateway.partner-resumed", str(row.id), name=row.name)
    return row


async def rotate_secrets(work: Work, partner_id: UUID, secrets: dict[str, str]) -> Partner:
    """Put new values in place of the secret settings named."""
    row = await _own(work, partner_id)
    kind = kind_of(row.kind)
    known = vault(work.runtime).open(row.name, row.sealed)
    _write(work, row, kind, {**row.settings, **known, **secrets}, {})
    _count(row)
    work.audit("gateway.partner-secrets-rotated", str(row.id), name=row.name, secrets=sorted(secrets))
    return row


async def reseal(work: Work) -> int:
    """Encrypt every partner's secrets anew with the first key of the key file. Returns how many."""
    work.principal.require(ADMINISTRATOR)
    keys = vault(work.runtime)
    rows = [row for row in await work.all(select(Partner).with_for_update()) if row.sealed]
    for row in rows:
        row.sealed = keys.seal(row.name, keys.open(row.name, row.sealed))
    work.audit("gateway.partners-resealed", "partners", count=len(rows))
    return len(rows)


async def from_environment(work: Work, name: str, kind: Kind, values: dict[str, Any] | None) -> None:
    """The partner that the process' own settings name; None: they name none any more. Replicas that start together
    wait for one another."""
    await work.alone(f"partner:{name}")
    row = await named(work, name)
    if values is None:
        if row is not None and row.from_environment and not row.paused:
            row.paused, row.pause_reason = True, "Không còn trong cấu hình QLVB_AXIS_NATIONAL."
            _count(row)
        return
    if row is None:
        row = Partner(id=new_id(), name=name, kind=kind.name, paused=False, pause_reason="", version=1)
        row.from_environment, row.is_default = True, not await _default(work)
        work.save(row)
    elif not row.from_environment:
        return  # an administrator configured it: that counts
    elif vault(work.runtime).open(name, row.sealed) | row.settings == values:
        return
    _write(work, row, kind, values, {"title": kind.title})
    row.paused = False
    _count(row)
    await work.flush()


async def _own(work: Work, partner_id: UUID) -> Partner:
    """A partner whose configuration lies in the database."""
    work.principal.require(ADMINISTRATOR)
    row = await work.locked(Partner, partner_id)
    if row.from_environment:
        raise rules.FromEnvironment
    return row


def _write(work: Work, row: Partner, kind: Kind, values: dict[str, Any], kept: dict[str, Any]) -> None:
    """Raises BadSettings. Secret and open settings go their separate ways."""
    kind.check(values)
    secret = set(kind.settings.secrets())
    row.settings = {name: value for name, value in values.items() if name not in secret}
    row.sealed = vault(work.runtime).seal(row.name, {k: str(v) for k, v in values.items() if k in secret and v})
    for name, value in kept.items():
        setattr(row, name, value)


def _count(row: Partner) -> None:
    row.version, row.changed_at = row.version + 1, now()


async def _default(work: Work) -> Partner | None:
    found: Partner | None = await work.one(select(Partner).where(Partner.is_default.is_(True)))
    return found


async def _check_default(work: Work, row: Partner) -> None:
    if not row.is_default:
        return
    with work.session.no_autoflush:
        other = await work.one(select(Partner).where(Partner.is_default.is_(True), Partner.id != row.id))
    if other is not None:
        raise rules.DefaultTaken(owner=other.title)


async def _set_codes(work: Work, row: Partner, codes: Iterable[api.ReachedCode]) -> None:
    wanted = {normal(entry.code): entry.tree for entry in codes}
    taken = select(PartnerCode).where(PartnerCode.code.in_(wanted), PartnerCode.partner_id != row.id)
    for other in await work.all(taken):
        owner = await work.get(Partner, other.partner_id)
        raise rules.CodeTaken(code=other.code, owner=owner.title if owner else "")
    await work.execute(delete(PartnerCode).where(PartnerCode.partner_id == row.id))
    work.save(*(PartnerCode(code=code, tree=tree, partner_id=row.id) for code, tree in sorted(wanted.items())))
    await work.flush()
