"""The tables of workflow hang on this base."""

from typing import TYPE_CHECKING

from shared.database import service_base

if TYPE_CHECKING:  # a type checker cannot follow a class made by a function
    from sqlalchemy.orm import DeclarativeBase

    class Base(DeclarativeBase): ...
else:
    Base = service_base("workflow")
