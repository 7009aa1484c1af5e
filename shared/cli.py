"""The command line `qlvb`. Services and tools add their own commands by entry point (`qlvb.commands`)."""

from __future__ import annotations

import asyncio
import json
from importlib.metadata import entry_points
from pathlib import Path
from typing import Annotated, Any

import typer
import uvicorn
from typer.core import TyperGroup
from typer.main import get_group

from shared.application import make_app
from shared.assembly import assemble, find_services, mount_all
from shared.messaging.commands import app as dead_letters
from shared.settings import Settings
from shared.telemetry import configure_logging

STOP_SECONDS = 5  # for requests in progress; then they are broken off
OURS = ("services", "infra")  # a distribution may come without some of them


class Commands(TyperGroup):
    """Groups by entry point are imported when one is asked for: `qlvb serve identity` does not load the signing."""

    def list_commands(self, ctx: Any) -> list[str]:
        return [*super().list_commands(ctx), *sorted(entry_points(group="qlvb.commands").names)]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        for entry in entry_points(group="qlvb.commands", name=cmd_name):
            try:
                group = get_group(entry.load())
            except ModuleNotFoundError as error:
                if not (error.name or "").startswith(OURS):
                    raise
            else:
                group.name = cmd_name
                return group
        return super().get_command(ctx, cmd_name)


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    help="QLVB: văn bản của một tỉnh, từ dự thảo đến lưu trữ.",
)
app.add_typer(dead_letters, name="dead-letters")


@app.command()
def serve(
    services: Annotated[list[str], typer.Argument(help="'all', or names: identity registry workflow …")],
    port: Annotated[int | None, typer.Option(help="TCP port; default QLVB_PORT")] = None,
    host: Annotated[str | None, typer.Option(help="address; default QLVB_HOST")] = None,
) -> None:
    """Serve one service alone, several, or all of them in one process."""
    settings = Settings()
    configure_logging(settings.log_level)
    names = None if services == ["all"] else services
    runtimes = assemble(find_services(names), settings)
    if len(runtimes) == 1:
        asgi: object = make_app(next(iter(runtimes.values())))
    else:
        asgi = mount_all(runtimes)
    uvicorn.run(
        asgi,  # type: ignore[arg-type]
        host=host or settings.host,
        port=port or settings.port,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=STOP_SECONDS,
    )


@app.command("queues")
def declare_queues(
    services: Annotated[list[str] | None, typer.Argument(help="names; default: every service")] = None,
) -> None:
    """Declare the queues of every service: a fact told while its reader is not yet up waits for it."""
    runtimes = assemble(find_services(services), Settings())

    async def declare() -> None:
        bus = next(iter(runtimes.values())).bus
        await bus.start()
        for name, runtime in runtimes.items():
            if types := [consumer.message.message_type for consumer in runtime.service.consumers]:
                await bus.declare(f"qlvb.{name}", types)
        await bus.stop()

    asyncio.run(declare())


@app.command()
def openapi(folder: Annotated[Path, typer.Argument(help="where the files go: contracts/openapi")]) -> None:
    """Write the OpenAPI description of every service, one file each."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, runtime in assemble(find_services(), Settings()).items():
        if name != "portal":
            text = json.dumps(runtime.apps[name].openapi(), ensure_ascii=False, indent=1, sort_keys=True)
            (folder / f"{name}.json").write_text(text + "\n")


@app.command("audit")
def verify_audit() -> None:
    """Walk the audit chain of every service; exit 1 when one is broken."""
    from shared.audit import verify

    async def walk() -> bool:
        whole = True
        runtimes = assemble(find_services(), Settings())
        for name, runtime in runtimes.items():
            async with runtime.work(reading=True) as work:
                verdict = await verify(work)
            whole &= verdict.broken_at is None
            state = "nguyên vẹn" if verdict.broken_at is None else f"ĐỨT tại bản ghi {verdict.broken_at}"
            typer.echo(f"{name}: {verdict.records} bản ghi, {state}")
        return whole

    raise typer.Exit(0 if asyncio.run(walk()) else 1)


def main() -> None:
    app()


if __name__ == "__main__":
    main()
