"""Reads of partners: for administrators, for routing, for the connections."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from contracts.gateway import partners as api
from services.gateway.axes.kinds import Kind
from services.gateway.partners.rules import in_force
from services.gateway.partners.tables import Partner, PartnerCode
from services.gateway.partners.vault import vault
from services.gateway.routing.codes import keys
from services.gateway.settings import GatewaySettings
from shared.clock import today
from shared.problems import NotFound
from shared.statements import Prepared
from shared.work import Work

_TERMS = Prepared(
    select(
        Partner.id,
        Partner.name,
        Partner.is_default,
        Partner.paused,
        Partner.valid_from,
        Partner.valid_to,
        Partner.version,
    )
)
_CODES = Prepared(select(PartnerCode.code, PartnerCode.tree, PartnerCode.partner_id))


@dataclass(frozen=True)
class Reach:
    """Which codes are reached through whom: single codes, trees by their key (routing.codes.keys), and all others."""

    exact: dict[str, str]
    trees: dict[tuple[str, ...], str]
    names: frozenset[str]  # of every partner in force
    default: str | None


async def reach(work: Work) -> Reach:
    """Of the partners in force today; a paused one keeps its codes, its packages wait."""
    rows = [row for row in await work.rows(_TERMS) if in_force(row.valid_from, row.valid_to, today())]
    names = {row.id: row.name for row in rows}
    codes = [row for row in await work.rows(_CODES) if row.partner_id in names]
    exact = {row.code: names[row.partner_id] for row in codes if not row.tree}
    trees = {next(keys(row.code)): names[row.partner_id] for row in codes if row.tree}
    default = next((row.name for row in rows if row.is_default), None)
    return Reach(exact, trees, frozenset(names.values()), default)


async def live(work: Work) -> dict[str, int]:
    """Name → version of the partners in force today that are not paused: what a replica compares several times a
    second with the connections it has."""
    rows = await work.rows(_TERMS)
    return {row.name: row.version for row in rows if not row.paused and in_force(row.valid_from, row.valid_to, today())}


async def kinds_in_force(work: Work) -> dict[str, str]:
    """Name → kind of the partners in force today."""
    return {row.name: row.kind for row in await every(work) if in_force(row.valid_from, row.valid_to, today())}


@dataclass(frozen=True)
class Limits:
    """The largest package of each partner, of paused ones too, and what everybody takes at most."""

    general: int
    own: dict[str, int | None]
    titles: dict[str, str]

    def mb(self, name: str) -> int:
        return min(self.own.get(name) or self.general, self.general)

    def title(self, name: str) -> str:
        return self.titles.get(name, name)


async def limits(work: Work) -> Limits:
    rows = await every(work)
    general: int = work.runtime.state.setdefault("gateway_settings", GatewaySettings()).package_limit_mb
    return Limits(general, {row.name: row.package_limit_mb for row in rows}, {row.name: row.title for row in rows})


async def every(work: Work) -> Sequence[Partner]:
    return await work.all(select(Partner).order_by(Partner.name))


async def named(work: Work, name: str) -> Partner | None:
    found: Partner | None = await work.one(select(Partner).where(Partner.name == name))
    return found


async def listed(work: Work) -> list[api.Partner]:
    """Every partner, for administrators."""
    work.principal.require("system_admin")
    codes: dict[UUID, list[PartnerCode]] = {}
    for code in await work.all(select(PartnerCode).order_by(PartnerCode.code)):
        codes.setdefault(code.partner_id, []).append(code)
    return [view(work, row, codes.get(row.id, [])) for row in await every(work)]


async def one(work: Work, partner_id: UUID) -> api.Partner:
    work.principal.require("system_admin")
    row = await work.get(Partner, partner_id)
    if row is None:
        raise NotFound
    return await viewed(work, row)


async def viewed(work: Work, row: Partner) -> api.Partner:
    codes = select(PartnerCode).where(PartnerCode.partner_id == row.id).order_by(PartnerCode.code)
    return view(work, row, await work.all(codes))


def view(work: Work, row: Partner, codes: Sequence[PartnerCode]) -> api.Partner:
    return api.Partner(
        id=str(row.id),
        name=row.name,
        title=row.title,
        kind=row.kind,
        settings=row.settings,
        secrets=tuple(sorted(vault(work.runtime).open(row.name, row.sealed))),
        codes=tuple(api.ReachedCode(code=code.code, tree=code.tree) for code in codes),
        is_default=row.is_default,
        package_limit_mb=row.package_limit_mb,
        signature_rule=row.signature_rule,
        poll_seconds=row.poll_seconds,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        paused=row.paused,
        pause_reason=row.pause_reason,
        from_environment=row.from_environment,
        version=row.version,
        changed_at=row.changed_at,
    )


def kind_view(kind: Kind) -> api.PartnerKind:
    can = kind.capabilities
    return api.PartnerKind(
        name=kind.name,
        title=kind.title,
        settings=kind.settings.model_json_schema(),
        secrets=kind.settings.secrets(),
        push=can.push,
        registers=can.registers,
        directory=can.directory,
    )
