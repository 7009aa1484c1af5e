"""`qlvb layout check FILE…`: which rules of the form a document breaks, for a person or a machine."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Annotated

import typer

from contracts.registry.api import LayoutReport
from services.registry.layout import reading
from services.registry.layout.report import report, words
from shared.problems import Refusal

app = typer.Typer(no_args_is_help=True, help="Thể thức văn bản: kiểm tra theo Nghị định 30/2020/NĐ-CP.")
PASSED, FINDINGS, UNREADABLE = 0, 1, 2


@app.callback()
def _group() -> None:
    """Keeps `check` a command of its own."""


@app.command()
def check(
    files: Annotated[list[Path], typer.Argument(help="PDF; DOCX, ODT… where LibreOffice is installed")],
    as_json: Annotated[bool, typer.Option("--json", help="for machines")] = False,
) -> None:
    """Exit 0: no rule is broken, 1: some are, 2: a file is not readable."""
    worst = PASSED
    for file in files:
        try:
            found = report(asyncio.run(reading.sheets_of(file.read_bytes(), file.name)))
        except (OSError, Refusal) as error:
            typer.echo(error.text if isinstance(error, Refusal) else f"Không đọc được tệp: {error}", err=True)
            worst = UNREADABLE
            continue
        shown = {"file": str(file), **found.model_dump(mode="json")}
        typer.echo(json.dumps(shown, ensure_ascii=False) if as_json else _words(file, found))
        worst = max(worst, PASSED if found.passed else FINDINGS)
    raise typer.Exit(worst)


def _words(file: Path, found: LayoutReport) -> str:
    if found.passed:
        return f"{file}: đúng thể thức ({found.legal_basis})."
    lines = [f"{file}: {len(found.findings)} chỗ chưa đúng thể thức ({found.legal_basis})"]
    return "\n".join([*lines, *(f"- {one.message} [{words(one.place)}]" for one in found.findings)])
