"""HTTP models of partners: whom this deployment exchanges packages with, as administrators see and change it."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import AwareDatetime, Field

from contracts.message import Model


class PartnerKind(Model):
    """A way of exchanging, and what a partner of it needs. `settings` is a JSON Schema."""

    name: str
    title: str
    settings: dict[str, Any]
    secrets: tuple[str, ...]
    push: bool
    registers: bool
    directory: str  # "none", "whole", "changes"


class ReachedCode(Model):
    """An organ code reached through a partner; with `tree` also everything below it."""

    code: str = Field(min_length=1, max_length=64)
    tree: bool = True


class NewPartner(Model):
    """`settings` as the kind's schema says, secrets included; secrets are never given back."""

    name: str = Field(max_length=40)  # the channel: lower case, never changes
    title: str = Field(min_length=1, max_length=300)
    kind: str = Field(max_length=40)
    settings: dict[str, Any] = {}
    codes: tuple[ReachedCode, ...] = Field(default=(), max_length=5000)
    is_default: bool = False  # reaches every code that nobody else owns
    package_limit_mb: int | None = Field(default=None, ge=1, le=2048)
    signature_rule: str = Field(default="", pattern="^(|required|valid)$")  # of the packages that come from it
    poll_seconds: int | None = Field(default=None, ge=1, le=86400)
    valid_from: date | None = None
    valid_to: date | None = None  # the first day on which it is no longer used


class PartnerChange(Model):
    """The whole new state but for the secrets; `version` is the one that was read. Secrets: `rotate`."""

    version: int
    title: str = Field(min_length=1, max_length=300)
    settings: dict[str, Any] = {}
    codes: tuple[ReachedCode, ...] = Field(default=(), max_length=5000)
    is_default: bool = False
    package_limit_mb: int | None = Field(default=None, ge=1, le=2048)
    signature_rule: str = Field(default="", pattern="^(|required|valid)$")  # of the packages that come from it
    poll_seconds: int | None = Field(default=None, ge=1, le=86400)
    valid_from: date | None = None
    valid_to: date | None = None


class PartnerPause(Model):
    reason: str = Field(min_length=1, max_length=500)


class PartnerSecrets(Model):
    """New values of secret settings; those not named stay."""

    secrets: dict[str, str] = Field(min_length=1)


class Partner(Model):
    id: str
    name: str
    title: str
    kind: str
    settings: dict[str, Any]  # without the secret ones
    secrets: tuple[str, ...]  # names of the secret settings that are set
    codes: tuple[ReachedCode, ...]
    is_default: bool
    package_limit_mb: int | None
    signature_rule: str = ""
    poll_seconds: int | None
    valid_from: date | None
    valid_to: date | None
    paused: bool
    pause_reason: str = ""
    from_environment: bool
    version: int
    changed_at: AwareDatetime


class PartnerTest(Model):
    """Whether the partner answers with this configuration, how fast, and in words what is wrong."""

    ok: bool
    seconds: float
    explanation: str


class NewCredential(Model):
    """A key for a partner that calls us. What is left empty is made here; a secret is shown this once."""

    kind: str = Field(pattern="^(signed-headers|oauth2|mtls)$")
    client_id: str = Field(default="", max_length=64)  # the system id of signed headers; else made here
    secret: str = Field(default="", max_length=200)  # of signed headers, where the partner has one already
    certificate: str = Field(default="", max_length=20_000)  # PEM, or its SHA-256 fingerprint, for mutual TLS
    scopes: tuple[str, ...] = ()  # at least one; refused with the list where none is named
    label: str = Field(default="", max_length=200)
    expires_at: AwareDatetime | None = None


class CredentialRotation(Model):
    """The new key works at once, the old one for `overlap_hours` more."""

    overlap_hours: int = Field(default=168, ge=0, le=2160)
    expires_at: AwareDatetime | None = None


class Credential(Model):
    id: str
    kind: str
    client_id: str
    scopes: tuple[str, ...]
    label: str
    created_at: AwareDatetime
    expires_at: AwareDatetime | None
    revoked_at: AwareDatetime | None
    used_at: AwareDatetime | None
    in_force: bool


class CreatedCredential(Credential):
    secret: str = ""  # shown this once


class HookTest(Model):
    """What the partner's end-point said to a signed test message. `status` is missing where it did not answer."""

    ok: bool
    status: int | None = None
    seconds: float
    answer: str = ""  # the beginning of what it answered
    explanation: str


class HookEvent(Model):
    """A message to a partner's web-hook and what became of it."""

    id: str
    type: str
    state: str  # "waiting", "told", "given-up"
    attempts: int
    next_at: AwareDatetime
    last_error: str
    created_at: AwareDatetime
    told_at: AwareDatetime | None
