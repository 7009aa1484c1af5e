"""What every message and every API model shares: frozen, tolerant of new fields, named with its version."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict

MESSAGES: dict[str, type[Message]] = {}


class Model(BaseModel):
    """A value that crosses a service border. Unknown fields are ignored: a newer sender may say more."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Message(Model):
    """A versioned fact. `type` names it for ever: `qlvb.<service>.<fact>.v<N>` (CloudEvents 1.0 `type`)."""

    message_type: ClassVar[str] = ""

    def __init_subclass__(cls, type: str = "", **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if type:
            cls.message_type = type
            MESSAGES[type] = cls


class FileRef(Model):
    """A stored file by its content: SHA-256 in lower-case hex, size in bytes. Messages never carry bytes."""

    sha256: str
    size: int
    name: str
    display_name: str = ""
    content_type: str = "application/pdf"
    role: str = "main"  # "main", "annex", "reference"
    pages: int | None = None
