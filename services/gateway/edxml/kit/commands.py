"""`qlvb edxml check`: the checker on the command line."""

from pathlib import Path
from typing import Annotated

import typer

from services.gateway.edxml.kit.check import check as check_file

app = typer.Typer(help="Công cụ kiểm tra gói tin edXML.", no_args_is_help=True)


@app.callback()
def edxml() -> None:
    """Công cụ kiểm tra gói tin edXML (QCVN 102:2016/BTTTT)."""


@app.command()
def check(
    files: Annotated[list[Path], typer.Argument(help="Các tệp gói tin cần kiểm tra.")],
    as_json: Annotated[bool, typer.Option("--json", help="Kết quả dạng JSON, mỗi tệp một dòng.")] = False,
) -> None:
    """Kiểm tra gói tin edXML; trả về 0 nếu tất cả đạt, 1 nếu có tệp không đạt."""
    good = True
    for path in files:
        try:
            report = check_file(path)
        except OSError as error:
            typer.echo(f"{path}: không mở được tệp ({error.strerror}). Vui lòng kiểm tra lại đường dẫn.", err=True)
            good = False
            continue
        typer.echo(report.to_json() if as_json else report.to_text())
        good = good and report.ok
    raise typer.Exit(0 if good else 1)
