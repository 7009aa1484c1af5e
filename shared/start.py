"""The program `qlvb`. A tool is started alone: `qlvb edxml check` does not wait for every service to be imported."""

from __future__ import annotations

import sys
from importlib.metadata import entry_points

import typer


def main() -> None:
    tools = entry_points(group="qlvb.commands")
    name = sys.argv[1] if len(sys.argv) > 1 else ""
    if name not in tools.names:
        from shared.cli import main as everything

        everything()
        return
    app = typer.Typer(no_args_is_help=True, add_completion=False)
    app.add_typer(tools[name].load(), name=name)
    app()


if __name__ == "__main__":
    main()
