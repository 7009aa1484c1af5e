"""The settings of one process, read from the environment (`QLVB_…`). The defaults just run on a newcomer's machine."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Shape and units are stated per field; a wrong value stops the start with the field's name."""

    model_config = SettingsConfigDict(env_prefix="QLVB_", extra="ignore")

    data_dir: Path = Path("var/data")
    database_url: str = ""  # "postgresql+asyncpg://user@host:port/{service}"; empty: SQLite files under data_dir
    database_pool: int = 20  # connections of one process to one database
    bus_url: str = ""  # "amqp://…"; empty: the embedded bus in data_dir
    blob_url: str = ""  # "s3://bucket"; empty: files under data_dir
    host: str = "127.0.0.1"
    port: int = 8400
    service_urls: dict[str, str] = {}  # service → base URL, when services run apart
    issuer: str = "qlvb"
    service_secret: str = ""  # shared by the services of a deployment; empty: made once under data_dir
    demo: bool = False
    demo_province: Path = Path(__file__).parent.parent / "infra" / "demo" / "province.json"
    system_name: str = "Hệ thống Quản lý văn bản và điều hành tỉnh Tuyên Quang"
    clamd: str = ""  # malware scanner: "host:port" or the path of its socket; empty: only the test virus is found
    clamd_seconds: float = 60.0  # for one file
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    consumer_concurrency: int = 8  # messages of different keys handled at the same time in one process
    max_attempts: int = 8  # tries of a message before it goes to the dead letters

    @property
    def secrets_dir(self) -> Path:
        return self.data_dir / "secrets"
