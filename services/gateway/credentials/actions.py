"""Give a partner a key, replace it, take it back; find the key of a call."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from contracts.gateway import partners as api
from services.gateway.credentials import rules
from services.gateway.credentials.tables import MTLS, OAUTH2, SIGNED, Credential
from services.gateway.partners.actions import ADMINISTRATOR
from services.gateway.partners.tables import Partner
from services.gateway.partners.vault import vault
from shared.clock import now
from shared.database import new_id
from shared.problems import NotFound
from shared.work import Work

CLIENT_KIND = "mailbox"
USED_EVERY = timedelta(hours=1)


async def create_credential(work: Work, partner_id: UUID, body: api.NewCredential) -> tuple[Credential, str]:
    """The key, and its secret, which is not shown again."""
    partner = await _client(work, partner_id)
    rules.check_expiry(body.expires_at, now())
    row = Credential(id=new_id(), partner_id=partner.id, kind=body.kind, label=body.label, created_at=now())
    row.scopes, row.expires_at = rules.check_scopes(body.scopes), body.expires_at
    secret = ""
    if body.kind == MTLS:
        row.client_id = rules.fingerprint(body.certificate)
    elif body.kind == SIGNED:
        row.client_id = rules.check_system_id(body.client_id)
        secret = rules.check_secret(body.secret) if body.secret else rules.new_secret()
    else:
        row.client_id, secret = f"{partner.name}-{row.id.hex[-12:]}", rules.new_secret()
    await _check_free(work, row)
    _keep(work, row, partner, secret)
    work.save(row)
    await work.flush()
    work.audit("gateway.credential-created", str(row.id), partner=partner.name, kind=row.kind, client=row.client_id)
    return row, secret


async def rotate_credential(
    work: Work, partner_id: UUID, credential_id: UUID, body: api.CredentialRotation
) -> tuple[Credential, str]:
    """A new secret for the same client; the old one goes on for the overlap."""
    partner = await _client(work, partner_id)
    old = await _of(work, partner, credential_id)
    if not rules.in_force(old.expires_at, old.revoked_at, now()) or old.kind == MTLS:
        raise rules.Ended
    rules.check_expiry(body.expires_at, now())
    secret = rules.new_secret()
    row = Credential(id=new_id(), partner_id=partner.id, kind=old.kind, client_id=old.client_id, label=old.label)
    row.scopes, row.expires_at, row.created_at = old.scopes, body.expires_at, now()
    _keep(work, row, partner, secret)
    end = now() + timedelta(hours=body.overlap_hours)
    old.expires_at = min(old.expires_at, end) if old.expires_at else end
    work.save(row)
    await work.flush()
    work.audit("gateway.credential-rotated", str(row.id), partner=partner.name, replaces=str(old.id), until=end)
    return row, secret


async def revoke_credential(work: Work, partner_id: UUID, credential_id: UUID) -> Credential:
    """It stops working at once, tokens got with it too."""
    partner = await _client(work, partner_id)
    row = await _of(work, partner, credential_id)
    if row.revoked_at is None:
        row.revoked_at = now()
        work.audit("gateway.credential-revoked", str(row.id), partner=partner.name, client=row.client_id)
    return row


async def credentials(work: Work, partner_id: UUID) -> Sequence[Credential]:
    partner = await _client(work, partner_id)
    return await work.all(select(Credential).where(Credential.partner_id == partner.id).order_by(Credential.id))


async def usable(work: Work, kind: str, client_id: str) -> list[Credential]:
    """The keys in force for a client, newest first."""
    found = select(Credential).where(Credential.kind == kind, Credential.client_id == client_id)
    rows = await work.all(found.order_by(Credential.id.desc()))
    return [row for row in rows if rules.in_force(row.expires_at, row.revoked_at, now())]


async def by_id(work: Work, credential_id: str) -> Credential | None:
    """A key in force."""
    try:
        row = await work.get(Credential, UUID(credential_id))
    except ValueError:
        return None
    return row if row and rules.in_force(row.expires_at, row.revoked_at, now()) else None


def needs_note(row: Credential) -> bool:
    """Whether its last use is worth writing down again."""
    return row.used_at is None or now() - row.used_at > USED_EVERY


async def note_use(work: Work, credential_id: UUID) -> None:
    row = await work.locked(Credential, credential_id)
    row.used_at = now()


def secret_of(work: Work, row: Credential, partner: Partner) -> str:
    """The shared key of signed headers."""
    return vault(work.runtime).open(partner.name, row.sealed).get("secret", "")


def view(row: Credential) -> api.Credential:
    return api.Credential.model_validate(_fields(row))


def created_view(row: Credential, secret: str) -> api.CreatedCredential:
    return api.CreatedCredential.model_validate({**_fields(row), "secret": secret})


def _fields(row: Credential) -> dict[str, object]:
    return {
        "id": str(row.id),
        "kind": row.kind,
        "client_id": row.client_id,
        "scopes": tuple(row.scopes),
        "label": row.label,
        "created_at": row.created_at,
        "expires_at": row.expires_at,
        "revoked_at": row.revoked_at,
        "used_at": row.used_at,
        "in_force": rules.in_force(row.expires_at, row.revoked_at, now()),
    }


def _keep(work: Work, row: Credential, partner: Partner, secret: str) -> None:
    row.sealed = vault(work.runtime).seal(partner.name, {"secret": secret}) if row.kind == SIGNED else ""
    row.digest = rules.digest(secret) if row.kind == OAUTH2 else ""


async def _client(work: Work, partner_id: UUID) -> Partner:
    work.principal.require(ADMINISTRATOR)
    partner = await work.get(Partner, partner_id)
    if partner is None:
        raise NotFound
    if partner.kind != CLIENT_KIND:
        raise rules.NotClient
    return partner


async def _of(work: Work, partner: Partner, credential_id: UUID) -> Credential:
    row = await work.locked(Credential, credential_id)
    if row.partner_id != partner.id:
        raise NotFound
    return row


async def _check_free(work: Work, row: Credential) -> None:
    taken = select(Credential).where(Credential.kind == row.kind, Credential.client_id == row.client_id)
    others = [one for one in await work.all(taken) if one.partner_id != row.partner_id]
    if any(rules.in_force(one.expires_at, one.revoked_at, now()) for one in others):
        raise rules.ClientIdTaken(client_id=row.client_id)
