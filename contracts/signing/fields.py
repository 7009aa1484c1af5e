"""The signature fields of the files that signing prepares: whoever prints or shows such a file finds them by name."""

from __future__ import annotations

LEADER, SEAL, ANNEX = "LeaderSignature", "OfficeSeal", "OfficeAnnex"
