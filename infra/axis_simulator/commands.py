"""`qlvb axis simulate`: the simulated national axis on this machine."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
import uvicorn
from starlette.applications import Starlette

from infra.axis_simulator.app import create_app, lgsp_app
from infra.axis_simulator.model import BEHAVIOURS, Account, AgencySpec, Behaviour, OfficeSpec, SimulatorConfig
from infra.axis_simulator.recording import Recorder, play
from infra.axis_simulator.scenario import BadScenario, Scenario, read

SERVING = {"host": "127.0.0.1", "log_level": "warning", "access_log": False, "proxy_headers": False}
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
    lgsp_port: Annotated[
        int | None, typer.Option(help="Cổng riêng cho dạng trục tỉnh (LGSP); luôn có ở /lgsp.")
    ] = None,
    scenario: Annotated[Path | None, typer.Option(help="Kịch bản YAML: lúc nào, sau việc gì, làm gì.")] = None,
) -> None:
    """Chạy trục mô phỏng cho đến khi bị dừng. Trang xem và đặt lỗi: http://127.0.0.1:PORT/."""
    folders = dict(parse_keys(text) for text in keys or ())
    config = SimulatorConfig(
        data=data,
        accounts=tuple(parse_account(text) for text in account),
        agencies=tuple(parse_agency(text) for text in agency or ()),
        offices=tuple(with_keys(parse_office(text), folders) for text in office or ()),
        scenario=parse_scenario(scenario) if scenario else None,
    )
    axis = create_app(config)
    if lgsp_port is None:
        uvicorn.run(axis, port=port, **SERVING)  # type: ignore[arg-type]
    else:
        asyncio.run(_both(axis, port, lgsp_port))


async def _both(axis: Starlette, port: int, lgsp_port: int) -> None:
    """The two forms on ports of their own, over the same packages."""
    servers = [
        uvicorn.Server(uvicorn.Config(axis, port=port, **SERVING)),  # type: ignore[arg-type]
        uvicorn.Server(uvicorn.Config(lgsp_app(axis.state.simulator), port=lgsp_port, **SERVING)),  # type: ignore[arg-type]
    ]
    running = {asyncio.create_task(server.serve()) for server in servers}
    await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)  # a signal reaches one of them
    for server in servers:
        server.should_exit = True
    await asyncio.gather(*running)


@app.command()
def record(
    port: Annotated[int, typer.Option(help="Cổng trên 127.0.0.1 mà client gọi vào.")],
    to: Annotated[str, typer.Option(help="Địa chỉ của trục, ví dụ http://127.0.0.1:8500.")],
    folder: Annotated[Path, typer.Argument(help="Thư mục ghi các cuộc gọi.")],
) -> None:
    """Đứng giữa một client và một trục, ghi từng cuộc gọi đúng từng byte: NN_thao-tác.http và .answer."""

    async def serve() -> None:
        server = await Recorder(to, folder).serve(port)
        typer.echo(f"Ghi vào {folder}: trỏ client đến http://127.0.0.1:{port} thay cho {to}. Ctrl-C để dừng.")
        async with server:
            await server.serve_forever()

    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve())


@app.command("play")
def play_calls(
    folder: Annotated[Path, typer.Argument(help="Thư mục có các tệp .http đã ghi.")],
    to: Annotated[str, typer.Option(help="Địa chỉ của trục, kể cả đường dẫn gốc.")],
) -> None:
    """Gọi lại các cuộc gọi đã ghi, so câu trả lời với lần trước; mã thoát 1 khi có khác biệt."""
    found = play(folder, to)
    if not found:
        typer.echo(f"Không có tệp .http nào trong {folder}.")
        raise typer.Exit(2)
    for difference in found:
        result = "; ".join(difference.problems) or "như trước"
        typer.echo(f"{'✗' if difference.problems else '✓'} {difference.name}: HTTP {difference.status}, {result}")
    raise typer.Exit(1 if any(difference.problems for difference in found) else 0)


def parse_scenario(path: Path) -> Scenario:
    """The scenario of a file."""
    try:
        return read(path)
    except BadScenario as error:
        raise typer.BadParameter(f"--scenario {path}: {error}") from error


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
