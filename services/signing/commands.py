"""`qlvb sign verify FILE`: the verdict on a file, for a person or a machine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from cryptography import x509

from services.signing.judging.judge import judge
from services.signing.judging.verdict import Verdict
from services.signing.keys.vault import roots
from shared.settings import Settings

app = typer.Typer(no_args_is_help=True, help="Chữ ký số: kiểm tra tệp PDF.")
VALID, NOT_VALID, UNREADABLE = 0, 1, 2
SHOWN = ("role", "signer", "organ_id", "time", "valid", "level")


@app.callback()
def _group() -> None:
    """Keeps `verify` a command of its own."""


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(help="PDF")],
    as_json: Annotated[bool, typer.Option("--json", help="for machines")] = False,
    trust: Annotated[list[Path] | None, typer.Option(help="PEM of trusted roots; default: this deployment's")] = None,
) -> None:
    """Exit 0: valid, 1: not valid, 2: not readable."""
    try:
        certificates = _roots(trust)
        verdict = judge(file.read_bytes(), trust=certificates)
    except (OSError, ValueError) as error:
        typer.echo(f"Không đọc được tệp: {error}", err=True)
        raise typer.Exit(UNREADABLE) from error
    typer.echo(json.dumps(_machine(verdict), ensure_ascii=False, indent=1) if as_json else _words(verdict))
    if {one.code for one in verdict.reasons} & {"unreadable", "encrypted"}:
        raise typer.Exit(UNREADABLE)
    raise typer.Exit(VALID if verdict.valid else NOT_VALID)


def _roots(trust: list[Path] | None) -> list[x509.Certificate]:
    if not trust:
        return roots(Settings().secrets_dir)
    return [one for file in trust for one in x509.load_pem_x509_certificates(file.read_bytes())]


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
