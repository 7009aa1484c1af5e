"""Settings of signing alone, read from the environment."""

from __future__ import annotations

from pydantic_settings import BaseSettings, SettingsConfigDict


class SigningSettings(BaseSettings):
    """Time stamps; limits of the child processes that read PDFs, and of the judgement that anybody may ask for."""

    model_config = SettingsConfigDict(env_prefix="QLVB_", extra="ignore")

    tsa_url: str = ""  # RFC 3161; empty: in a demonstration its own stamper, elsewhere none
    tsa_seconds: float = 180.0  # the longest answer that is waited for (measured of the national one: 131 s)
    tsa_patience_seconds: float = 10.0  # after this a person's request is answered: signed, the stamp comes later
    signing_workers: int = 2  # children for the service's own work; they start when there is some
    signing_worker_seconds: float = 30.0  # the longest that one file may take
    signing_worker_memory_mb: int = 2048  # address space of one child
    public_check_workers: int = 1  # children for what anybody sends: strangers wait for one another, not the offices
    public_check_limit_mb: int = 50  # the largest file
    public_check_per_minute: int = 20  # files of one address
