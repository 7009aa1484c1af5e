"""Settings of signing alone, read from the environment."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class KeyService(BaseModel):
    """A trust service that keeps keys for their owners (CSC API)."""

    url: str  # "https://rss.example.vn/csc/v2"
    version: Literal["v1", "v2"] = "v2"
    client_id: str = ""
    client_secret: SecretStr = SecretStr("")
    token_url: str = ""  # empty: oauth2/token below `url`
    seconds: float = 120.0  # the longest wait for an owner who confirms on the telephone


class SigningSettings(BaseSettings):
    """Time stamps; limits of the child processes that read PDFs, and of the judgement that anybody may ask for."""

    model_config = SettingsConfigDict(env_prefix="QLVB_", extra="ignore")

    tsa_url: str = ""  # RFC 3161, several with blanks between; empty: a demonstration's own stamper, elsewhere none
    tsa_seconds: float = 180.0  # the longest answer that is waited for (measured of the national one: 131 s)
    tsa_patience_seconds: float = 10.0  # after this a person's request is answered: signed, the stamp comes later
    key_services: dict[str, KeyService] = {}  # name → service; JSON: {"vnpt": {"url": …}}
    tool_url: str = ""  # this service as a signing tool on a person's machine reaches it; empty: as the page asked
    pkcs11_module: str = ""  # the library that speaks to the HSM: "/usr/lib/softhsm/libsofthsm2.so"
    signing_workers: int = 2  # children for the service's own work; they start when there is some
    signing_worker_seconds: float = 30.0  # the longest that one file may take
    signing_worker_memory_mb: int = 2048  # address space of one child
    public_check_workers: int = 1  # children for what anybody sends: strangers wait for one another, not the offices
    public_check_limit_mb: int = 50  # the largest file
    public_check_per_minute: int = 20  # files of one address

    @property
    def tsa_urls(self) -> list[str]:
        return self.tsa_url.split()
