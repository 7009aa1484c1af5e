"""Settings of gateway alone, read from the environment."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pydantic import field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


@dataclass(frozen=True)
class AxisAccount:
    """A connection centre of the national axis (axis.md §1.6)."""

    endpoint: str
    system_id: str
    secret: str


class GatewaySettings(BaseSettings):
    """`QLVB_AXIS_NATIONAL="http://host:port|system id|secret"`; empty: this deployment has no axis."""

    model_config = SettingsConfigDict(env_prefix="QLVB_", extra="ignore")

    axis_national: str = ""
    axis_poll_seconds: float = 60.0
    axis_send_seconds: float = 2.0
    axis_send_batch: int = 16  # claimed at a time by one replica
    axis_receive_at_once: int = 8  # senders whose packages are taken in at the same time
    axis_poll_lease_seconds: float = 15.0  # after this another replica receives in the place of one that died
    axis_retry_seconds: float | None = None  # before the second attempt; None: patience/patience.json
    axis_lease_seconds: float = 600.0  # after this a claimed package whose sender died is looked for and sent again
    package_limit_mb: int = 256
    public_url: str = ""  # "https://host" by which others reach this deployment; empty: nothing is offered by link
    link_days: int = 30  # how long a file that is too large for a package can be fetched by its link
    text_workers: int = 2  # children that read the text of PDF files
    text_seconds: float = 30.0  # for the files of one package
    text_memory_mb: int = 2048
    file_drop: Path | None = None  # below it lie the folders shared with partners; None: file-drop in the data folder

    hub_code: str = (
        ""  # the organ code under which this gateway passes packages on between partners; empty: it does not
    )
    tls_proxy_secret: str = ""  # by it the TLS proxy proves that the client's certificate comes from it

    @field_validator("axis_national")
    @classmethod
    def _three_parts(cls, value: str) -> str:
        if value and len(value.split("|")) != 3:
            raise ValueError("must be 'http://host:port|system id|secret'")
        return value

    @property
    def national(self) -> AxisAccount | None:
        return AxisAccount(*self.axis_national.split("|")) if self.axis_national else None
