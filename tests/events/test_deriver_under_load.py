"""Two processes that append to the same trees and derive the same keys at once leave not one number stale."""

from collections.abc import AsyncGenerator
from typing import Any

import pytest

from events import deriver
from events.opening import Store
from events.store import log
from tests.events.farms import assert_nothing_is_stale, derive, opened
from tests.events.peer import TASKS
from tests.events.processes import together
from tests.events.stores import tree_rows

pytestmark = pytest.mark.system

TREES = 120


@pytest.fixture
async def farm(database_url: str) -> AsyncGenerator[Store]:
    """A farm on which everybody picks."""
    async with opened(database_url) as store:
        yield store


async def test_two_workers_leave_no_number_stale_under_a_load_of_appends(farm: Store, database_url: str) -> None:
    said: list[dict[str, Any]] = [{"url": database_url, "trees": TREES} for _ in range(2)]
    derived: list[int] = await together("farm", *said)
    assert min(derived) > 0
    await derive(farm)
    assert {row.apples for row in await farm.read(tree_rows)} == {2 * sum(range(1, TASKS + 1))}
    await assert_nothing_is_stale(farm)
    assert await farm.read(deriver.computed_up_to) == await farm.read(log.last_position)
