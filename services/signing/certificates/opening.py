"""Opens the key of a person or of an office: by the register, or a key file that stands in it from its first use on."""

from __future__ import annotations

import asyncio

from services.signing.certificates import actions, people, queries, rules
from services.signing.certificates.tables import Certificate
from services.signing.keys import pkcs12, places
from services.signing.keys.protocol import Consent, SigningKey
from services.signing.keys.refusals import NeedsBrowser, NoKey
from services.signing.keys.vault import vault
from services.signing.pki.authority import name
from shared.auth import Principal
from shared.problems import NotFound
from shared.service import Runtime
from shared.work import Work


async def of_person(runtime: Runtime, caller: Principal, consent: Consent, fingerprint: str = "") -> SigningKey:
    """The caller's own key, by the caller's PIN. WrongPin, NoKey, NeedsBrowser, those of `certificates.rules`."""
    async with runtime.work(caller, reading=True) as work:
        row = await _at_the_server(work, "person", caller.id, fingerprint)
        me, office = await people.person(work, caller.id), await people.office(work, caller.office_id)
    if row is not None:
        return await vault(runtime).devices.open(queries.key_place(row), consent)
    title = me.position if me and me.position else "Công chức"
    subject = name(caller.name, office=office.name if office else "", title=title)
    file = await asyncio.to_thread(vault(runtime).key_file, "person", caller.id, subject)
    if file is None:
        raise NoKey(owner=caller.name)
    key = await pkcs12.opened(vault(runtime).devices.folder / file, consent.pin)
    rules.require_person(key.certificate, caller.name)
    holder = actions.Holder("person", caller.id, caller.name, caller.office_id)
    return await _entered(runtime, caller, key, holder, file)


async def of_office(runtime: Runtime, caller: Principal, consent: Consent, fingerprint: str = "") -> SigningKey:
    """The office's key, opened by the PIN of the clerk who holds it."""
    async with runtime.work(caller, reading=True) as work:
        row = await _at_the_server(work, "office", caller.office_id, fingerprint)
        office = await people.office(work, caller.office_id)
    if office is None:
        raise NotFound
    if row is None or row.device == places.PKCS12:
        key, _ = await of_office_alone(runtime, caller, office.id, office.name, office.organ_id)
        assert key is not None
        return key
    return await vault(runtime).devices.open(queries.key_place(row), consent)


async def of_office_alone(
    runtime: Runtime, actor: Principal, office_id: str, office_name: str, organ_id: str
) -> tuple[SigningKey | None, str]:
    """The office's key where the deployment's own secret opens it. Else None, and in which device it lies. NoKey."""
    async with runtime.work(actor, reading=True) as work:
        row = await queries.choose(work, "office", office_id, devices=places.DEVICES)
    held = vault(runtime)
    if row is not None and row.device != places.PKCS12:
        return None, row.device
    if row is not None:
        return await held.devices.open(queries.key_place(row), Consent(pin=held.office_secret)), row.device
    subject = name(office_name, office=office_name, organ_id=organ_id)
    file = await asyncio.to_thread(held.key_file, "office", office_id, subject)
    if file is None:
        raise NoKey(owner=office_name)
    key = await pkcs12.opened(held.devices.folder / file, held.office_secret)
    rules.require_office(key.certificate, office_name, (organ_id,) if organ_id else ())
    holder = actions.Holder("office", office_id, office_name, office_id)
    return await _entered(runtime, actor, key, holder, file), places.PKCS12


async def _at_the_server(work: Work, kind: str, owner_id: str, fingerprint: str) -> Certificate | None:
    """The registered certificate whose key a PIN opens. NeedsBrowser where the owner has only others."""
    row = await queries.choose(work, kind, owner_id, devices=places.AT_THE_SERVER, fingerprint=fingerprint)
    if row is None and await queries.of_owner(work, kind, owner_id):
        raise NeedsBrowser
    return row


async def _entered(
    runtime: Runtime, actor: Principal, key: SigningKey, holder: actions.Holder, file: str
) -> SigningKey:
    async with runtime.work(actor) as work:
        row = await actions.enter(work, key, holder, places.PKCS12, {"file": file})
        queries.require_usable(row)
    return key


async def of_browser(runtime: Runtime, caller: Principal, owner_kind: str, chain: str) -> places.KeyPlace:
    """The public half of a key in the caller's hand; it stands in the register from its first use on.

    CertificateUnreadable, CertificateNotYours, CertificateTaken, ChainUnknown, CertificateBlocked, …
    """
    own, *above = rules.read(chain.encode())
    place = places.KeyPlace(places.TOKEN, {}, own, tuple(above))
    holder_id = caller.id if owner_kind == "person" else caller.office_id
    row = await actions.known_or_entered(runtime, caller, place, owner_kind, holder_id)
    return queries.key_place(row)
