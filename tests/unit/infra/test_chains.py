"""Two people who each write the next migration of a service leave two ends: the service would not start."""

from __future__ import annotations

import pytest
from alembic.script import ScriptDirectory

from shared import migrations
from shared.assembly import find_services


@pytest.mark.parametrize("service", find_services(), ids=lambda service: service.name)
def test_a_chain_of_migrations_has_one_end(service):
    chain = ScriptDirectory.from_config(migrations.config(service.migrations, service.base.metadata))
    assert len(chain.get_heads()) == 1
    assert len({script.revision for script in chain.walk_revisions()}) == len(list(chain.walk_revisions()))
