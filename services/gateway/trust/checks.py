"""All checks of one package, the gravest first."""

from __future__ import annotations

from pathlib import Path

from services.gateway.connections import signature_rule
from services.gateway.edxml import Attachment, Package
from services.gateway.lamps.actions import report
from services.gateway.trust import rules
from services.gateway.trust.marks import first_mark, readers
from services.gateway.trust.rules import Finding
from shared.children.pool import Stopped
from shared.scanner import Scanner, ScannerDown, make_scanner
from shared.service import Runtime

SCANNER = "clamd"  # the name of its lamp
NOT_READ = "Chưa kiểm tra được dấu độ mật trong tệp đính kèm (tệp quá nặng); văn thư cần xem trước khi tiếp nhận."


def scanner_of(runtime: Runtime) -> Scanner | None:
    """The scanner of this deployment; None where there is none."""
    if "scanner" not in runtime.state:
        runtime.state["scanner"] = make_scanner(runtime.settings)
    found: Scanner | None = runtime.state["scanner"]
    return found


async def inspect(
    runtime: Runtime, package: Package, channel: str, *, forgiven: frozenset[str] = frozenset()
) -> tuple[Finding | None, str]:
    """What keeps the package from passing, and a note for the clerk where a check was not possible.

    `forgiven`: reasons which a person has looked at and let pass; malware is never one.
    """
    if (found := await _malware(runtime, package.attachments)) is not None:
        return found, ""
    note = ""
    if rules.SECRET not in forgiven:
        found, note = await _secrecy(package)
    if found is None and rules.SIGNATURE not in forgiven:
        found = rules.signature(signature_rule(runtime, channel), package.signature_state)
    return found, note


async def _malware(runtime: Runtime, attachments: tuple[Attachment, ...]) -> Finding | None:
    scanner = scanner_of(runtime)
    if scanner is None:
        return None
    try:
        for item in attachments:
            if item.path is not None and (virus := await scanner.virus_in(item.path)):
                return rules.malware(item.name, virus)
    except ScannerDown as down:
        async with runtime.work() as work:
            await report(work, SCANNER, up=False, error=down.why)
        return rules.not_scanned(down.why)
    async with runtime.work() as work:
        await report(work, SCANNER, up=True)
    return None


async def _secrecy(package: Package) -> tuple[Finding | None, str]:
    if found := rules.header_mark(package):
        return rules.secret(found, "Thông tin gửi kèm"), ""
    files = [item for item in package.attachments if item.path is not None and _is_pdf(item.path)]
    if not files:
        return None, ""
    try:
        place, found = await readers().run(first_mark, [str(item.path) for item in files])
    except Stopped:
        return None, NOT_READ
    return (rules.secret(found, f"Tệp “{files[place].name}”"), "") if found else (None, "")


def _is_pdf(path: Path) -> bool:
    with path.open("rb") as file:
        return b"%PDF-" in file.read(1024)
