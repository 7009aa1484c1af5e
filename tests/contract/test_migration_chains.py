"""A chain of migrations is a chain: one first version, one last, and no number twice."""

from __future__ import annotations

import pytest
from alembic.script import ScriptDirectory

from shared import migrations
from shared.assembly import find_services
from shared.service import Service

SERVICES = [service for service in find_services() if service.migrations]


@pytest.mark.parametrize("service", SERVICES, ids=[service.name for service in SERVICES])
@pytest.mark.filterwarnings("error")
def test_the_versions_of_a_service_follow_one_another(service: Service) -> None:
    script = ScriptDirectory.from_config(migrations.config(str(service.migrations), service.base.metadata))
    found = [revision.revision for revision in script.walk_revisions()][::-1]
    assert found == [f"{number:04}" for number in range(1, len(found) + 1)]
