"""Packages made to hurt, to confuse or to break: each with what must become of it."""

from infra.conformance.hostile.bending import TEXT, Case
from infra.conformance.hostile.files import FILES
from infra.conformance.hostile.large import LARGE
from infra.conformance.hostile.structure import LETTERS, STRUCTURE
from infra.conformance.hostile.values import VALUES

CASES = [*STRUCTURE, *LETTERS, *FILES, *VALUES]

__all__ = ["CASES", "LARGE", "TEXT", "Case"]
