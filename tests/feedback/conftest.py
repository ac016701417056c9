"""A feedback service that runs and has heard of a company: cleo leads bob and dora, bob leads anna."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest

from events.contracts.goals import PersonHiredV1
from feedback.main import make
from tests.goals.office import Office, office

LINE = {"cleo": None, "bob": "cleo", "dora": "cleo", "anna": "bob"}


@pytest.fixture
async def desk(database_url: str, tmp_path: Path) -> AsyncIterator[Office]:
    async with office(make, database_url, tmp_path) as opened:
        for person_id, manager_id in LINE.items():
            name = await opened.keys.seal(person_id, person_id.title())
            hired = PersonHiredV1(person_id=person_id, name=name, hired_on=date(2024, 1, 1), manager_id=manager_id)
            await opened.tell("goals", f"person-{person_id}", hired)
        yield opened
