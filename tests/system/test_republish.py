"""`attain republish` as a person runs it, and as it is killed: the next one brings the whole history all the same."""

import asyncio
import json
import os
import random
import subprocess
import sys
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from attain.cli import app
from attain.quiet import blueprint
from edge.clock import utc_now
from events import consumer, frozen
from events.asking import Asking
from events.execute import execute
from events.frozen import Frozen
from events.generations import topic_of
from events.opening import Store, open_store
from events.store.codec import Codec
from events.store.ids import new_id
from events.wire.embedded import EmbeddedWire
from goals.domain.team import TEAM, FormTeam
from tests.events.stores import count, whole_log
from tests.events.trade import running, sent_ids, until

pytestmark = pytest.mark.system

TEAMS = 1_500


@pytest.fixture
async def teams(tmp_path: Path) -> AsyncGenerator[Store]:
    """The log of goals, with many teams in it."""
    made = blueprint("goals")
    store = await open_store(
        f"sqlite:///{tmp_path / 'goals.db'}", codec=made.codec(), clock=utc_now, projections=made.projections
    )
    asking = Asking(actor="ada", at=utc_now(), correlation_id=new_id())
    forming = [
        execute(store, TEAM, f"t{number}", FormTeam(team_id=f"t{number}", name=f"Team {number}"), asking)
        for number in range(TEAMS)
    ]
    await asyncio.gather(*forming)
    yield store
    await store.close()


def started(folder: Path, *words: str) -> subprocess.Popen[str]:
    said = os.environ | {"ATTAIN_FOLDER": str(folder)}
    return subprocess.Popen([sys.executable, "-m", "attain.cli", *words], env=said, stdout=subprocess.PIPE, text=True)


def ran(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(app, words, env={"ATTAIN_FOLDER": str(folder)})


async def test_a_republication_that_is_killed_again_and_again_ends_in_a_whole_topic(
    tmp_path: Path, teams: Store
) -> None:
    chance = random.Random(4)  # noqa: S311 moments, not secrets
    wire = await EmbeddedWire.open(tmp_path / "wire.db")
    listener = await open_store(f"sqlite:///{tmp_path / 'listener.db'}", codec=Codec(()), clock=utc_now)
    async with running(consumer.run(listener.journal, wire, "listener", ["goals"])):
        for _ in range(3):
            process = started(tmp_path, "republish", "goals")
            await asyncio.sleep(chance.uniform(0.5, 3.0))
            process.kill()
            process.communicate()
        said, _ = started(tmp_path, "republish", "goals", "--json").communicate()
        done = json.loads(said)
        own = {str(each.envelope.id) for each in await whole_log(teams)}
        assert set(await sent_ids(wire, topic_of("goals", done["generation"]))) == own
        await until(lambda: is_heard(listener))
    assert sorted(str(each.envelope.id) for each in await whole_log(listener)) == sorted(own)
    await listener.close()
    await wire.aclose()


async def is_heard(listener: Store) -> bool:
    return await count(listener) >= TEAMS


@pytest.mark.parametrize("words", [("republish", "goals"), ("restored", "goals"), ("frozen", "list", "goals")])
def test_a_service_without_a_database_is_one_clear_line(tmp_path: Path, words: tuple[str, ...]) -> None:
    done = ran(tmp_path / "nowhere", *words)
    assert done.exit_code == 1
    assert done.output.startswith("goals has no database at ")
    assert len(done.output.splitlines()) == 1


async def test_what_is_frozen_is_listed_and_released_by_name(tmp_path: Path, teams: Store) -> None:
    held = Frozen(stream="team-t1", version=3, reason="version 2 is missing", since=utc_now())
    await teams.database.write(lambda writing: frozen.put(writing, [held]))
    listed = await asyncio.to_thread(ran, tmp_path, "frozen", "list", "goals", "--json")
    assert [each["stream"] for each in json.loads(listed.output)] == ["team-t1"]
    wrong = await asyncio.to_thread(ran, tmp_path, "frozen", "release", "goals", "team-t2")
    assert (wrong.exit_code, wrong.output.startswith("Nothing is frozen under this name")) == (1, True)
    released = await asyncio.to_thread(ran, tmp_path, "frozen", "release", "goals", "team-t1")
    assert (released.exit_code, "team-t1" in released.output) == (0, True)
    assert (await asyncio.to_thread(ran, tmp_path, "frozen", "list", "goals")).output == "No stream is frozen.\n"


async def test_what_was_restored_is_said_to_a_person(tmp_path: Path, teams: Store) -> None:
    shown = (await asyncio.to_thread(ran, tmp_path, "restored", "goals")).output
    assert "events taken back" in shown
    assert "attain.goals.v1" in shown
