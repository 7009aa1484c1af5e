"""`qlvb demo run` and `qlvb demo journey`: the whole system on this machine.

world      every service in this process, the simulated axis beside it
people     demo people logged in over HTTP;  papers  what they write
journey    the way of one document, step by step;  evidence  what it leaves;  prove  what must be true of that
samples    packages of other systems, brought to the gateway
narrate    one line a step;  examples  what a new visitor finds
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
from pathlib import Path
from typing import Annotated

import typer

from contracts.client import Problem
from infra.demo import evidence, examples, samples
from infra.demo.journey import Journey
from infra.demo.narrate import Narrator, NotProven, console, table
from infra.demo.people import Desks
from infra.demo.prove import prove
from infra.demo.province import accounts
from infra.demo.world import Place, PortTaken, axis, ready, require_free, served, server, set_environment
from infra.local_servers import free_port

app = typer.Typer(no_args_is_help=True, help="Tỉnh mẫu: chạy toàn hệ thống, hoặc đi hết một hành trình văn bản.")


@app.command()
def run(
    port: Annotated[int, typer.Option(help="Cổng của hệ thống trên 127.0.0.1")] = 8400,
    data: Annotated[Path, typer.Option(help="Thư mục dữ liệu; chạy lại vẫn còn")] = Path("var/run"),
) -> None:
    """Chạy toàn hệ thống với tỉnh mẫu cho đến khi nhấn Ctrl-C."""
    try:
        require_free(port)
    except PortTaken as taken:
        console.print(f"[red]{taken}[/red]")
        raise typer.Exit(1) from taken
    place = Place(data.resolve(), port, free_port())
    first = not (place.folder / "data").exists()
    place.folder.mkdir(parents=True, exist_ok=True)
    set_environment(place)
    console.print("Đang khởi động hệ thống…" + (" (lần đầu: nạp tỉnh mẫu)" if first else ""))
    _told_to_end_is_ctrl_c()
    with axis(place):
        asyncio.run(_serve(place, first))
    console.print("Đã dừng. Dữ liệu còn nguyên trong " + str(data))


def _told_to_end_is_ctrl_c() -> None:
    """The simulated axis ends with us, whichever way we are ended."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


async def _serve(place: Place, first: bool) -> None:
    running = server(place)
    serving = asyncio.create_task(running.serve())
    try:
        await ready(place, serving)
    except (RuntimeError, TimeoutError) as error:
        running.should_exit = True
        await serving
        raise typer.Exit(1) from error
    _print_accounts(place)
    seeding = asyncio.create_task(examples.make(place)) if first else None
    try:
        await serving
    finally:
        if seeding is not None:
            seeding.cancel()
            await asyncio.gather(seeding, return_exceptions=True)


def _print_accounts(place: Place) -> None:
    known = accounts()
    table(
        "Tài khoản mẫu (mọi người trong tỉnh mẫu đều do nhóm phát triển đặt ra)",
        ["Tên đăng nhập", "Mật khẩu, mã PIN", "Người", "Chức vụ", "Cơ quan"],
        [list(row) for row in known],
    )
    console.print(f"\n[bold green]Mở {place.url}[/bold green]  ·  Ctrl-C để dừng")
    console.print(f"Trục quốc gia mô phỏng: {place.axis_url}\n")


@app.command()
def journey(
    folder: Annotated[Path, typer.Option(help="Nơi để lại chứng cứ")] = Path("var/demo"),
) -> None:
    """Đi hết một hành trình, không cần người; thoát 0 chỉ khi mọi bước và mọi phép thử đều đúng."""
    shutil.rmtree(folder, ignore_errors=True)
    work = folder / "work"
    work.mkdir(parents=True)
    place = Place(work.resolve(), free_port(), free_port())
    for name in [name for name in os.environ if name.startswith("QLVB_")]:
        del os.environ[name]
    set_environment(place)
    say = Narrator()
    try:
        _told_to_end_is_ctrl_c()
        with axis(place):
            asyncio.run(_travel(folder.resolve(), place, say))
    except (NotProven, Problem, RuntimeError, TimeoutError) as error:
        console.print(f"\n[bold red]Chưa chứng minh được:[/bold red] {error}")
        raise typer.Exit(1) from error
    console.print(f"\n[bold green]Đã chứng minh {say.done} bước.[/bold green] Chứng cứ: {folder}")


async def _travel(folder: Path, place: Place, say: Narrator) -> None:
    desks = Desks(place.service_url)
    async with served(place):
        try:
            story = await Journey(desks, say).travel()
            say.chapter("5. Chứng cứ và phép thử")
            await evidence.collect(folder, place, desks, story)
            await prove(folder, place, desks, story, say)
            await samples.bring(desks, say, samples.found())
        finally:
            await desks.close()
