"""Levels of government: dated data with their legal basis (levels.json, or the file that QLVB_LEVELS_FILE names)."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, TypeAdapter
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.identity.offices.rules import BadLevel, ClosedLevel
from shared.clock import today


class Level(BaseModel):
    """One level. From `valid_to` on no office is founded on it; those there were stay, closed."""

    code: str
    name: str
    valid_from: date
    valid_to: date | None = None
    legal_basis: str

    def in_force(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


class LevelSettings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="QLVB_", extra="ignore")

    levels_file: Path = Path(__file__).with_name("levels.json")


@lru_cache(8)
def _read(path: Path) -> tuple[Level, ...]:
    return tuple(TypeAdapter(list[Level]).validate_json(path.read_bytes()))


def levels() -> tuple[Level, ...]:
    return _read(LevelSettings().levels_file)


def check(code: str, *, active: bool) -> str:
    """Raises BadLevel; ClosedLevel for a new active office on a level that has ended."""
    found = next((level for level in levels() if level.code == code), None)
    if found is None:
        raise BadLevel(level=code[:40], known=", ".join(level.name for level in levels()))
    if active and not found.in_force(today()):
        raise ClosedLevel(level=found.name, basis=found.legal_basis)
    return code
