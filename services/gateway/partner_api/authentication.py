"""Who calls: by the axis' signed headers, by a token, or by the certificate of the connection."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from starlette.datastructures import Headers
from starlette.requests import Request

from services.gateway.connections import settings_of
from services.gateway.credentials import actions as keys
from services.gateway.credentials.tables import MTLS, SIGNED, Credential
from services.gateway.partner_api import certificates, tokens
from services.gateway.partners.rules import in_force
from services.gateway.partners.tables import Partner
from services.gateway.wire.failures import AXIS_ERROR, BAD_CREDENTIALS, WireFailure
from services.gateway.wire.signature import Call, authenticate, claimed, is_signed, prefixed
from shared.clock import today
from shared.service import Runtime
from shared.work import Work

SCOPES_NEEDED = {
    "sendEdoc": "send",
    "getSentEdocList": "send",
    "getReceivedEdocList": "receive",
    "countReceiveEdoc": "receive",
    "countReceiveStatus": "receive",
    "getEdoc": "receive",
    "downloadEdoc": "receive",
    "updateStatus": "receive",
    "getAgenciesList": "directory",
    "getAgenciesListQD20": "directory",
    "getSynchronizeUnit": "directory",
    "registerAgency": "register",
    "deleteAgency": "register",
}


@dataclass(frozen=True)
class Caller:
    """A partner and what its key allows. `per_minute`: how many requests it may make."""

    partner: str
    title: str
    call: Call
    scopes: frozenset[str]
    per_minute: int

    def require(self, operation: str) -> None:
        """Raises WireFailure."""
        needed = SCOPES_NEEDED[operation]
        if needed not in self.scopes:
            raise WireFailure(BAD_CREDENTIALS, f"Khóa này không có quyền {needed}", http=403)


async def caller_of(runtime: Runtime, request: Request) -> Caller:
    """Raises WireFailure: whoever is not known learns nothing more."""
    async with runtime.work(reading=True) as work:
        found, call, scopes = await _identify(work, request)
        partner = await _partner(work, found.partner_id)
    if keys.needs_note(found):
        async with runtime.work() as work:
            await keys.note_use(work, found.id)
    per_minute = int(partner.settings.get("requests_per_minute", 600))
    allowed = frozenset(map(str, found.scopes))
    return Caller(partner.name, partner.title, call, allowed if scopes is None else allowed & scopes, per_minute)


async def _identify(work: Work, request: Request) -> tuple[Credential, Call, frozenset[str] | None]:
    """The key, the parameters of the call, and the scopes of its token where it has one."""
    headers = request.headers
    if is_signed(headers):
        return await _by_signature(work, headers)
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        grant = tokens.read(work.runtime, token.strip())
        found = await keys.by_id(work, grant.credential_id) if grant else None
        if grant is None or found is None:
            raise _refused("Token không đúng hoặc đã hết hạn")
        return found, _plain_call(request), grant.scopes
    mark = certificates.fingerprint(headers, settings_of(work.runtime).tls_proxy_secret)
    for row in await keys.usable(work, MTLS, mark) if mark else ():
        return row, _plain_call(request), None
    raise _refused("Chưa đăng nhập")


async def _by_signature(work: Work, headers: Headers) -> tuple[Credential, Call, None]:
    rows = await keys.usable(work, SIGNED, claimed(headers))
    owners = {row.partner_id: await work.get(Partner, row.partner_id) for row in rows}
    secrets = {row.id: keys.secret_of(work, row, owner) for row in rows if (owner := owners[row.partner_id])}
    for row in rows:
        try:
            return row, authenticate(headers, [secrets[row.id]]), None
        except WireFailure:
            continue
    raise _refused("Sai SystemId hoặc SecretKey")


def _plain_call(request: Request) -> Call:
    """Parameters as the axis' headers without a signature, or in the query."""
    given = {name: values[-1] for name, values in prefixed(request.headers).items()}
    return Call("", {**given, **request.query_params})


async def _partner(work: Work, partner_id: UUID) -> Partner:
    partner = await work.get(Partner, partner_id)
    if partner is None or not in_force(partner.valid_from, partner.valid_to, today()):
        raise _refused("Tài khoản không còn hiệu lực")
    if partner.paused:
        text = f"Kết nối đang tạm dừng: {partner.pause_reason}"
        raise WireFailure(AXIS_ERROR, text, http=503, retry_after=300)
    return partner


def _refused(text: str) -> WireFailure:
    return WireFailure(BAD_CREDENTIALS, text, http=401)
