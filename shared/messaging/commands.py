"""`qlvb dead-letters`: facts that a service could not handle: list them with their reasons, put them back."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

import typer

from shared.assembly import assemble, find_services
from shared.messaging.letters import BusLetters, letters, queue_of
from shared.service import Runtime
from shared.settings import Settings

app = typer.Typer(no_args_is_help=True, help="Thư chết của hàng đợi: xem lý do, đưa trở lại xử lý.")
Found = TypeVar("Found")
Names = Annotated[list[str] | None, typer.Argument(help="names of services; default: every one that listens")]


def _with_bus(names: list[str] | None, act: Callable[[Runtime], Awaitable[Found]]) -> list[Found]:
    runtimes = [r for r in assemble(find_services(names), Settings()).values() if r.service.consumers]

    async def run() -> list[Found]:
        bus = runtimes[0].bus
        await bus.start()
        try:
            for runtime in runtimes:
                await runtime.declare()
            return [await act(runtime) for runtime in runtimes]
        finally:
            await bus.stop()
            for runtime in runtimes:
                await runtime.engine.dispose()

    return asyncio.run(run()) if runtimes else []


@app.command("list")
def show(
    services: Names = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="of each queue, the oldest first")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="for machines")] = False,
) -> None:
    """What lies there and why; exit 1 when anything does."""
    found = _with_bus(services, lambda runtime: letters(runtime, limit))
    if as_json:
        typer.echo(json.dumps([queue.model_dump(mode="json") for queue in found], ensure_ascii=False, indent=1))
    else:
        for queue in found:
            _print(queue)
    raise typer.Exit(1 if any(queue.count for queue in found) else 0)


def _print(queue: BusLetters) -> None:
    typer.echo(f"{queue.queue}: {queue.count} thư chết")
    for letter in queue.items:
        typer.echo(f"  {letter.id} {letter.type} {letter.told_at:%Y-%m-%d %H:%M:%S} khóa {letter.key}")
        typer.echo(f"    sau {letter.attempts} lần: {letter.reason}")


@app.command()
def replay(
    service: Annotated[str, typer.Argument(help="whose queue")],
    message_id: Annotated[str | None, typer.Option("--id", help="one message; else --all")] = None,
    everything: Annotated[bool, typer.Option("--all", help="all that lie there now")] = False,
) -> None:
    """Put one letter or all of them back into the service's queue."""
    if (message_id is None) != everything:
        raise typer.BadParameter("Chọn --id ID hoặc --all.")
    counts = _with_bus([service], lambda runtime: runtime.bus.replay(queue_of(runtime), message_id))
    typer.echo(f"Đã đưa trở lại {sum(counts)} thư.")
    raise typer.Exit(0 if sum(counts) or everything else 1)
