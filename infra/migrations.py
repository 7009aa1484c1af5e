"""Write the next version of a service's chain of migrations from what its tables in the code have more or less.

`python -m infra.migrations registry "Search words of dossiers"`, then read what was written and commit it.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from alembic import command
from sqlalchemy import create_engine

from shared import migrations
from shared.assembly import find_services


def write(name: str, message: str) -> list[Path]:
    """The new file. Nothing is written where chain and tables agree."""
    service = find_services([name])[0]
    folder = Path(service.migrations or Path("services") / name / "migrations")
    versions = folder / "versions"
    versions.mkdir(parents=True, exist_ok=True)
    for package in (folder, versions):
        (package / "__init__.py").touch()
    before = set(versions.glob("0*.py"))
    with tempfile.TemporaryDirectory() as scratch:
        engine = create_engine(f"sqlite:///{scratch}/{name}.sqlite")
        with engine.begin() as connection:
            migrations.upgrade(connection, str(folder), service.base.metadata)
            if before and not migrations.differences(connection, service.base.metadata):
                return []
            chain = migrations.config(str(folder), service.base.metadata, connection)
            command.revision(chain, message, autogenerate=True, rev_id=f"{len(before) + 1:04}")
    new = sorted(set(versions.glob("0*.py")) - before)
    for path in new:
        kept = [line for line in path.read_text().splitlines(keepends=True) if "# ### " not in line]
        path.write_text("".join(kept))
    for arguments in (["format", "--quiet"], ["check", "--fix", "--quiet"]):
        subprocess.run([sys.executable, "-m", "ruff", *arguments, *map(str, new)], check=False)
    return new


if __name__ == "__main__":
    for path in write(sys.argv[1], sys.argv[2]):
        print(path)
