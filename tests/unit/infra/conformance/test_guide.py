"""The integrators' guide, executed as it is printed: against the simulator and against the partner API."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import socket
import sys
from pathlib import Path

import pytest

from infra.conformance.cases import CASES
from services.gateway.edxml.kit.check import check
from services.gateway.edxml.standard import by_path
from tests.unit.infra.conformance.systems import ADMIN, gateway

GUIDE = Path(__file__).parents[4] / "services" / "gateway" / "INTEGRATORS.md"
BLOCKS = re.findall(r"^```bash\n(.*?)^```", GUIDE.read_text(), re.MULTILINE | re.DOTALL)
pytestmark = pytest.mark.skipif(
    not all(shutil.which(tool) for tool in ("bash", "curl", "openssl")), reason="no bash, curl or openssl"
)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


async def executed(folder: Path, **settings: str) -> str:
    """Everything the guide prints, in one shell, as somebody would who pastes it."""
    script = "set -euo pipefail\n" + "\n".join(BLOCKS)
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    given = {**os.environ, "PATH": path, "PORT": str(_free_port()), "BASE": "", **settings}
    shell = await asyncio.create_subprocess_exec(
        "bash", "-c", script, cwd=folder, env=given, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    output, _ = await asyncio.wait_for(shell.communicate(), 120)
    assert shell.returncode == 0, output.decode()
    return output.decode()


async def test_every_command_of_the_guide_works_as_it_is_printed(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    async with gateway(tmp_path / "province", "H60.10") as (system, url):
        client = system.client("gateway", ADMIN)
        body = {"name": "motcua", "title": "Một cửa", "kind": "mailbox", "codes": [{"code": "H60.M1"}], "settings": {}}
        partner = (await client.post("/v1/partners", json=body)).json()
        key = {"kind": "oauth2", "scopes": ["send", "receive"]}
        key = (await client.post(f"/v1/partners/{partner['id']}/credentials", json=key)).json()
        settings = {"BASE": f"{url}/partner/v1", "ID": str(key["client_id"]), "SECRET": str(key["secret"])}
        output = await executed(folder, **settings)
    assert "1 tệp đính kèm" in output and output.count('"DocId":"') == 2, output
    assert '"ErrorCode":"0","ErrorDesc":"Success"}' in output and "FAIL" not in output, output
    assert "van-ban.edxml: ĐẠT" in output and "trang-thai.edxml: ĐẠT" in output, output
    assert "ĐẠT: " in output and "0 không đạt" in output
    assert check(folder / "ho-so.edxml").strict


def test_every_block_that_is_to_be_pasted_is_executed() -> None:
    assert len(BLOCKS) >= 7
    assert "qlvb conformance run" in "".join(BLOCKS) and "axis sendEdoc" in "".join(BLOCKS)


def test_what_the_guide_says_of_the_suite_is_true() -> None:
    text = GUIDE.read_text()
    (claimed,) = re.findall(r"more than (\d+) named cases", text)
    assert len(CASES) > int(claimed)
    for path in re.findall(r'"(MessageHeader\.[\w.]+)"', text):
        assert path in by_path()
    for link in re.findall(r"\]\(([^)#]+)\)", text):
        assert (GUIDE.parent / link).exists(), link
