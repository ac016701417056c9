"""A service is ready when its database and wire answer, it is not far behind, and no topic of it is stopped."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from sqlalchemy import text

from edge.health import failures
from edge.readiness import NotReady, checks
from events.execute import execute
from events.running import API, Blueprint, Running, Surroundings, running
from tests.events.grocer import publish
from tests.events.orchard import TREE, TREES, Plant
from tests.events.stores import OWN_EVENTS, asking, noon

LAG_MAX = 3
ORCHARD = Blueprint(name="orchard", types=OWN_EVENTS, projections=(TREES,), publish=publish)


@pytest.fixture
async def service(database_url: str, tmp_path: Path) -> AsyncGenerator[Running]:
    """An orchard that answers requests, while no worker runs."""
    where = Surroundings(
        database_url=database_url,
        keys_url=f"sqlite:///{tmp_path / 'keys.sqlite'}",
        wire_url=f"sqlite:///{tmp_path / 'wire.sqlite'}",
        folder=tmp_path,
        clock=noon,
        roles=frozenset({API}),
    )
    async with running(ORCHARD, where) as opened:
        yield opened


async def failing(service: Running) -> list[str]:
    return await failures(checks("orchard", service, LAG_MAX))


async def test_a_service_with_nothing_left_to_do_is_ready(service: Running) -> None:
    assert await failing(service) == []


async def test_a_service_that_is_too_far_behind_is_not_ready(service: Running) -> None:
    for number in range(LAG_MAX + 1):
        await execute(service.store, TREE, f"t{number}", Plant(), asking())
    assert await failing(service) == ["lag"]
    with pytest.raises(NotReady, match="4 events or messages behind, more than 3"):
        await checks("orchard", service, LAG_MAX)["lag"]()
    assert await failures(checks("orchard", service, LAG_MAX + 1)) == []


async def test_a_service_whose_database_is_of_another_release_is_not_ready(service: Running) -> None:
    await service.store.database.write(
        lambda writing: writing.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    )
    assert await failing(service) == ["migrations"]


async def test_a_service_with_a_stopped_topic_is_not_ready(service: Running) -> None:
    assert isinstance(service.stopped, dict)
    service.stopped["attain.goals.v1"] = "it was made anew; say which is right"
    assert await failing(service) == ["topics"]
