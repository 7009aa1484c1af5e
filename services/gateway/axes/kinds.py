"""The kinds of partners there are. A kind is one module of this package with a `KIND`; nothing else has to change."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, SecretStr, ValidationError
from pydantic.networks import AnyHttpUrl

import services.gateway.axes as package
from services.gateway.axes.protocol import Axis, Capabilities
from shared.problems import Invalid
from shared.service import Runtime


class UnknownKind(Invalid):
    kind = "unknown-partner-kind"
    message = "Không có loại đối tác “{wanted}”. Các loại: {known}."


class BadSettings(Invalid):
    kind = "bad-partner-settings"
    message = "Cấu hình đối tác chưa đúng ở: {fields}. Hãy kiểm tra lại các ô này."


class PartnerSettings(BaseModel):
    """What an administrator enters for a partner; a `SecretStr` field is kept encrypted and never shown again."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @classmethod
    def secrets(cls) -> tuple[str, ...]:
        return tuple(name for name, field in cls.model_fields.items() if SecretStr in _parts(field.annotation))


def _parts(annotation: Any) -> tuple[Any, ...]:
    return (annotation, *getattr(annotation, "__args__", ()))


def _endpoint(value: str) -> str:
    AnyHttpUrl(value)
    return value.rstrip("/")


Endpoint = Annotated[str, AfterValidator(_endpoint)]


@dataclass(frozen=True)
class Seat:
    """Where an adapter works: the gateway it belongs to and the partner's name in it."""

    runtime: Runtime
    name: str


@dataclass(frozen=True)
class Kind:
    """A way of exchanging packages with a partner."""

    name: str
    title: str
    settings: type[PartnerSettings]
    connect: Callable[[Any, Seat], Axis]
    capabilities: Capabilities

    def check(self, values: dict[str, Any]) -> PartnerSettings:
        """Raises BadSettings with the fields that are wrong."""
        try:
            return self.settings.model_validate(values)
        except ValidationError as error:
            fields = sorted({".".join(str(part) for part in e["loc"]) or "settings" for e in error.errors()})
            raise BadSettings(fields=", ".join(fields)) from None  # the error itself would quote the secrets


@cache
def kinds() -> dict[str, Kind]:
    """Every kind by its name."""
    modules = (importlib.import_module(f"{package.__name__}.{m.name}") for m in pkgutil.iter_modules(package.__path__))
    found = [module.KIND for module in modules if isinstance(getattr(module, "KIND", None), Kind)]
    return {kind.name: kind for kind in sorted(found, key=lambda kind: kind.name)}


def kind_of(name: str) -> Kind:
    """Raises UnknownKind."""
    found = kinds().get(name)
    if found is None:
        raise UnknownKind(wanted=name, known=", ".join(kinds()))
    return found
