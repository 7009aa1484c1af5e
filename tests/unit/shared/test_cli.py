"""The command line: every group is offered, none is imported before it is asked for."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import entry_points

from typer.testing import CliRunner

from shared.cli import app


def test_every_group_is_listed_by_its_name():
    told = CliRunner().invoke(app, ["--help"]).output
    for name in ("serve", "queues", "dead-letters", *entry_points(group="qlvb.commands").names):
        assert f" {name} " in told


def test_what_serves_one_service_has_no_other_in_its_memory():
    """Their modules cost a start its time, and a process its memory."""
    code = "import sys, shared.cli; print([name for name in sys.modules if name.startswith(('services', 'infra'))])"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"


def test_a_group_that_does_not_exist_is_named():
    told = CliRunner().invoke(app, ["khong-co"])
    assert told.exit_code == 2 and "khong-co" in told.output
