"""How much a package may hold before it is refused."""

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """Every bound of the reader; the format itself has none."""

    package_bytes: int = 256 * MIB
    attachment_bytes: int = 128 * MIB
    total_bytes: int = 256 * MIB
    attachments: int = 500
    depth: int = 32
    attributes: int = 32
    elements: int = 100_000
    text_chars: int = 256 * 1024
    token_bytes: int = MIB
    header_bytes: int = 8 * MIB  # kept for the verification of a signature
    zip_ratio: int = 200
    zip_directory_bytes: int = MIB
    held_bytes: int = MIB  # decoded attachments held in memory before they go to disk
