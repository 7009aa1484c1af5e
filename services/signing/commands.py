"""`qlvb sign verify FILE`: the verdict on a file, for a person or a machine."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Annotated, Any

import typer
from cryptography import x509

from services.signing.authorities.gathering import Gatherer
from services.signing.authorities.wire import Wire
from services.signing.judging.conclusions import refused
from services.signing.judging.judge import judged
from services.signing.judging.reasons import reason
from services.signing.judging.verdict import Verdict
from services.signing.keys.vault import roots
from services.signing.verdicts.asking import judged_with_answers
from shared.clock import now
from shared.settings import Settings
from shared.telemetry import configure_logging

app = typer.Typer(no_args_is_help=True, help="Chữ ký số: kiểm tra tệp PDF.")
VALID, NOT_VALID, UNREADABLE = 0, 1, 2
NO_VERDICT = frozenset({"unreadable", "encrypted", "not-judged", "no-file", "no-trust"})
LARGEST = 500 * 2**20
SHOWN = ("role", "signer", "organ_id", "time", "valid", "level")


@app.callback()
def _group() -> None:
    """Keeps `verify` a command of its own."""


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(help="PDF")],
    as_json: Annotated[bool, typer.Option("--json", help="for machines")] = False,
    trust: Annotated[list[Path] | None, typer.Option(help="PEM of trusted roots; default: this deployment's")] = None,
    online: Annotated[bool, typer.Option("--online", help="ask authorities (OCSP, CRL) what the file lacks")] = False,
) -> None:
    """Exit 0: valid, 1: not valid, 2: not readable. Asks nobody unless told to: the proofs are in the file."""
    configure_logging("error")
    verdict = _verdict(file, trust, online)
    typer.echo(json.dumps(_machine(verdict), ensure_ascii=False, indent=1) if as_json else _words(verdict))
    if any(one.code in NO_VERDICT for one in verdict.reasons):
        raise typer.Exit(UNREADABLE)
    raise typer.Exit(VALID if verdict.valid else NOT_VALID)


def _verdict(file: Path, trust: list[Path] | None, online: bool) -> Verdict:
    try:
        pdf = _content(file)
    except (OSError, ValueError) as error:
        return refused("", now(), reason("no-file", file=file.name, detail=_told(error)))
    try:
        certificates = _roots(trust)
    except (OSError, ValueError) as error:
        return refused("", now(), reason("no-trust", detail=_told(error)))
    return asyncio.run(_online(pdf, certificates) if online else judged(pdf, trust=certificates))


async def _online(pdf: bytes, trust: list[x509.Certificate]) -> Verdict:
    wire = Wire()
    try:
        verdict, _ = await judged_with_answers(Gatherer(trust, wire), pdf)
        return verdict
    finally:
        await wire.close()


def _content(file: Path) -> bytes:
    if not file.is_dir() and file.stat().st_size > LARGEST:
        raise ValueError(f"lớn hơn {LARGEST // 2**20} MB")
    return file.read_bytes()


def _told(error: OSError | ValueError) -> str:
    if isinstance(error, OSError):
        return {"IsADirectoryError": "là một thư mục", "FileNotFoundError": "không có tệp này"}.get(
            type(error).__name__, error.strerror or type(error).__name__
        )
    return str(error)


def _roots(trust: list[Path] | None) -> list[x509.Certificate]:
    return [one for file in trust for one in _pem(file)] if trust else roots(Settings().secrets_dir)


def _pem(file: Path) -> list[x509.Certificate]:
    content = file.read_bytes()
    try:
        return x509.load_pem_x509_certificates(content)
    except ValueError as error:
        raise ValueError(f"{file.name} không có chứng thư nào dạng PEM") from error


def _machine(verdict: Verdict) -> dict[str, Any]:
    facts = verdict.as_json()
    signatures = [{name: one[name] for name in SHOWN} for one in facts["signatures"]]
    reasons = [{"code": one.code, "message": one.message} for one in verdict.reasons]
    shown = {name: facts[name] for name in ("valid", "legal_state", "judge")}
    return {**shown, "signatures": signatures, "reasons": reasons}


def _words(verdict: Verdict) -> str:
    lines = ["Hợp lệ: có giá trị như bản gốc." if verdict.valid else "Chưa hợp lệ: chỉ để biết, tham khảo."]
    lines += [f"- {one.signer} ({one.role}, {one.level}), {one.time or 'không rõ giờ'}" for one in verdict.signatures]
    return "\n".join([*lines, *(f"! {one.message}" for one in verdict.reasons)])
