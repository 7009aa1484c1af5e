"""Schemes of numbering over HTTP."""

from __future__ import annotations

from fastapi import APIRouter

from contracts.registry import api
from services.registry.numbering import schemes
from services.registry.numbering.tables import Scheme
from shared.web import Transaction

router = APIRouter(tags=["numbering"])


@router.get("/v1/numbering/schemes")
async def list_schemes(work: Transaction) -> list[api.NumberingScheme]:
    """The decisions of the caller's office, the newest first. None: one series for everything that goes out."""
    return [_view(scheme) for scheme in await schemes.of_office(work)]


@router.put("/v1/numbering/schemes")
async def decide_scheme(work: Transaction, body: api.SchemeDecision) -> api.NumberingScheme:
    return _view(await schemes.decide(work, body))


def _view(scheme: Scheme) -> api.NumberingScheme:
    names = ("division", "valid_from", "decision", "by_name")
    return api.NumberingScheme.model_validate({name: getattr(scheme, name) for name in names})
