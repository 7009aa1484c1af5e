"""The tables of gateway hang on this base."""

from shared.database import service_base

Base = service_base("gateway")
