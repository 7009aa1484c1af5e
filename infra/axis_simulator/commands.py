"""`qlvb axis simulate`: the simulated national axis on this machine."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
import uvicorn

from infra.axis_simulator.app import create_app
from infra.axis_simulator.model import BEHAVIOURS, Account, AgencySpec, Behaviour, OfficeSpec, SimulatorConfig

app = typer.Typer(help="Trục liên thông văn bản mô phỏng.", no_args_is_help=True)


@app.callback()
def main() -> None:
    """Trục liên thông văn bản mô phỏng."""


@app.command()
def simulate(
    port: Annotated[int, typer.Option(help="Cổng trên 127.0.0.1.")],
    account: Annotated[list[str], typer.Option(help="Trung tâm kết nối, CODE:SECRET.")],
    data: Annotated[Path, typer.Option(help="Thư mục lưu dữ liệu.")] = Path("var/axis"),
    agency: Annotated[list[str] | None, typer.Option(help="Đơn vị của trung tâm, CODE=CENTRE:NAME.")] = None,
    office: Annotated[
        list[str] | None, typer.Option(help=f"Cơ quan tự trả lời, CODE:NAME[:{'|'.join(BEHAVIOURS)}].")
    ] = None,
    keys: Annotated[list[str] | None, typer.Option(help="Khóa ký thư trả lời của cơ quan, CODE=FOLDER.")] = None,
) -> None:
    """Chạy trục mô phỏng cho đến khi bị dừng."""
    folders = dict(parse_keys(text) for text in keys or ())
    config = SimulatorConfig(
        data=data,
        accounts=tuple(parse_account(text) for text in account),
        agencies=tuple(parse_agency(text) for text in agency or ()),
        offices=tuple(with_keys(parse_office(text), folders) for text in office or ()),
    )
    uvicorn.run(create_app(config), host="127.0.0.1", port=port, log_level="warning", access_log=False)


def parse_account(text: str) -> Account:
    """CODE:SECRET."""
    code, separator, secret = text.partition(":")
    if not (separator and code and secret):
        raise typer.BadParameter(f"--account phải có dạng CODE:SECRET, không phải {code}")
    return Account(code, secret)


def parse_agency(text: str) -> AgencySpec:
    """CODE=CENTRE:NAME."""
    code, _, rest = text.partition("=")
    centre, separator, name = rest.partition(":")
    if not (separator and code and centre and name):
        raise typer.BadParameter(f"--agency phải có dạng CODE=CENTRE:NAME: {text}")
    return AgencySpec(code, centre, name)


def parse_office(text: str) -> OfficeSpec:
    """CODE:NAME[:behaviour]; a last part that is no behaviour belongs to the name."""
    code, separator, name = text.partition(":")
    behaviour: Behaviour = "finish"
    head, _, last = name.rpartition(":")
    for known in BEHAVIOURS:
        if head and last == known:
            name, behaviour = head, known  # type: ignore[assignment]
    if not (separator and code and name):
        raise typer.BadParameter(f"--office phải có dạng CODE:NAME[:behaviour]: {text}")
    return OfficeSpec(code, name, behaviour)


def parse_keys(text: str) -> tuple[str, Path]:
    """CODE=FOLDER."""
    code, separator, folder = text.partition("=")
    if not (separator and code and Path(folder).is_dir()):
        raise typer.BadParameter(f"--keys phải có dạng CODE=FOLDER với thư mục có thật: {text}")
    return code, Path(folder)


def with_keys(office: OfficeSpec, folders: dict[str, Path]) -> OfficeSpec:
    """The office, which signs its letters where it has a folder of keys."""
    return replace(office, keys=folders.get(office.code))


if __name__ == "__main__":
    app()
