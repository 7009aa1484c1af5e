"""The acts of persons."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from contracts.signing import api
from services.signing.acts import batch, elsewhere, leader, obstacles, queries, seal, tool
from services.signing.acts.initial import InitialOrder
from services.signing.acts.leader import LeaderOrder
from services.signing.acts.seal import SealOrder
from services.signing.acts.uploads import one_file
from services.signing.keys.protocol import Consent
from services.signing.settings import SigningSettings
from shared.web import Caller, Here, Transaction

router = APIRouter(tags=["acts"])


@router.get("/v1/can-sign")
async def can_sign(runtime: Here, caller: Caller, draft_id: str) -> api.CanSign:
    """Whether the caller may sign this draft now; if not, everything that stands in the way."""
    return await obstacles.of_draft(runtime, caller, draft_id)


@router.post("/v1/acts/leader-sign")
async def leader_sign(runtime: Here, caller: Caller, body: api.LeaderSign) -> api.ActResult:
    return await leader.sign(runtime, caller, body)


@router.post("/v1/acts/leader-sign-batch")
async def leader_sign_batch(runtime: Here, caller: Caller, body: api.DraftBatch) -> list[api.Outcome]:
    """Many drafts under one PIN."""
    lines = await batch.run(
        runtime, caller, [LeaderOrder(one) for one in body.drafts], Consent(body.pin, body.otp), body.certificate
    )
    return [queries.outcome(line) for line in lines]


@router.post("/v1/acts/initial-batch")
async def initial_batch(runtime: Here, caller: Caller, body: api.DraftBatch) -> list[api.Outcome]:
    """Ký nháy with a key, several drafts under one PIN."""
    lines = await batch.run(
        runtime, caller, [InitialOrder(one) for one in body.drafts], Consent(body.pin, body.otp), body.certificate
    )
    return [queries.outcome(line) for line in lines]


@router.get("/v1/acts/waiting")
async def list_waiting_seals(work: Transaction) -> list[api.ActView]:
    """Seals that wait for the office's key, for the clerk who holds it."""
    return [await queries.view(work, act) for act in await seal.waiting(work)]


@router.post("/v1/acts/seal-batch")
async def seal_batch(runtime: Here, caller: Caller, body: api.SealBatch) -> list[api.Outcome]:
    """The clerk signs what waits for the office's key, under one PIN."""
    consent = Consent(body.pin, body.otp)
    orders = [SealOrder(one) for one in body.act_ids]
    lines = await batch.run(runtime, caller, orders, consent, body.certificate, office=True)
    return [queries.outcome(line) for line in lines]


@router.post("/v1/acts/prepare")
async def prepare_for_token(runtime: Here, caller: Caller, body: api.TokenOrder) -> api.Prepared:
    """What the caller's own device has to sign. The answers go to `finish` within half an hour."""
    to_sign, lines = await elsewhere.prepare(runtime, caller, body)
    refused = [queries.outcome(line) for line in lines if line.refusal is not None]
    return api.Prepared(to_sign=to_sign, refused=refused)


@router.post("/v1/acts/finish")
async def finish_from_token(runtime: Here, caller: Caller, body: api.TokenValues) -> list[api.Outcome]:
    """The signatures of the device; one line an act."""
    return [queries.outcome(line) for line in await elsewhere.finish(runtime, caller, body.values)]


@router.post("/v1/acts/tool/prepare")
async def prepare_for_tool(request: Request, runtime: Here, caller: Caller, body: api.ToolOrder) -> api.ToolPrepared:
    """What the page hands to the plug-in of the signing tool."""
    base = SigningSettings().tool_url or str(request.base_url)
    calls, lines = await tool.prepare(runtime, caller, body, base.rstrip("/"))
    return api.ToolPrepared(
        calls=calls, refused=[queries.outcome(line) for line in lines if line.refusal is not None]
    )  # fmt: skip


@router.get("/v1/tool/{ticket}/{name}", response_class=Response)
async def give_to_tool(runtime: Here, ticket: str, name: str) -> Response:
    """The prepared file, for a tool that has no session: the ticket is its right."""
    return Response(await tool.given(runtime, ticket), media_type="application/pdf")


@router.post("/v1/tool/{ticket}")
async def take_from_tool(request: Request, runtime: Here, ticket: str) -> api.ToolUpload:
    """The signed file, as the tool brings it (a form with one file)."""
    return await tool.brought(runtime, ticket, await one_file(request))


@router.get("/v1/acts")
async def list_acts(work: Transaction, object_id: str) -> list[api.ActView]:
    """What was signed on a draft or document, how far it is, and every step of it."""
    return await queries.of_object(work, object_id)
