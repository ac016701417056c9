"""Operators' commands, as a person gives them beside a database: they look, and change only what they say."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from events.hearing import hear
from events.journal import Journal
from events.store.codec import Codec
from events.store.database import Database, open_database
from events.store.ids import new_id
from events.wire.cloudevents import Letter, source_of
from tests.goals.office import NOW

pytestmark = pytest.mark.system

Attain = Callable[..., subprocess.CompletedProcess[str]]
ROTTEN = b'{"type": 7}'


@pytest.fixture
def attain(database_url: str, tmp_path: Path) -> Attain:
    """The command line, where a service's data are."""

    def run(*words: str, code: int = 0) -> subprocess.CompletedProcess[str]:
        said = {name: value for name, value in os.environ.items() if not name.startswith("ATTAIN_")}
        environment = said | {"ATTAIN_FOLDER": str(tmp_path), "ATTAIN_GOALS_DATABASE_URL": database_url}
        done = subprocess.run(
            [sys.executable, "-m", "attain.cli", *words], env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == code, done.stdout + done.stderr
        assert "Traceback" not in done.stdout + done.stderr
        return done

    return run


def lines(done: subprocess.CompletedProcess[str]) -> Sequence[Any]:
    return [json.loads(line) for line in done.stdout.splitlines()]


async def park(url: str) -> None:
    """Let goals hear something that nobody can read."""
    database = open_database(url)
    journal = Journal(database=database, codec=codec(), clock=lambda: NOW, ids=new_id)
    letter = Letter(
        id=new_id(),
        source=source_of("compensation"),
        type="attain.compensation.AttainmentMeasured.v1",
        subject="attainment-x",
        time=NOW,
        sequence=1,
        position=1,
        correlation_id=new_id(),
        data=ROTTEN,
    )
    await database.write(lambda writing: hear(writing, journal, [letter]))
    await database.close()


def codec() -> Codec:
    from goals.main import BLUEPRINT  # noqa: PLC0415 the environment is read when it is imported

    return BLUEPRINT.codec()


async def changed(url: str, statement: str) -> None:
    database: Database = open_database(url)
    await database.write(lambda writing: writing.execute(text(statement)))
    await database.close()


def test_nothing_is_made_by_looking_at_what_is_not_there(tmp_path: Path) -> None:
    environment = os.environ | {"ATTAIN_FOLDER": str(tmp_path / "nowhere")}
    done = subprocess.run(
        [sys.executable, "-m", "attain.cli", "lag", "goals"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "goals has no database at" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "nowhere").exists()


async def test_a_database_is_migrated_once_and_then_looked_at(attain: Attain) -> None:
    assert "read models built: account_placements, attainments, calendars" in attain("migrate", "goals").stdout
    assert "none, all are there" in attain("migrate", "goals").stdout
    [status] = json.loads(attain("relay", "status", "goals", "--json").stdout)
    assert (status["topic"], status["untold"], status["runs"]) == ("attain.goals.v1", 0, False)
    [lag] = json.loads(attain("lag", "goals", "--json").stdout)
    assert (lag["topic"], lag["behind"], lag["stopped"]) == ("attain.compensation.v1", 0, "")
    assert "all read models built anew from 0 positions" in attain("rebuild", "goals").stdout
    assert "It has these: account_placements, attainments" in attain("rebuild", "goals", "deals", code=1).stderr
    assert "There are: goals" in attain("migrate", "gaols", code=1).stderr


async def test_what_is_parked_is_listed_shown_retried_and_dropped(attain: Attain, database_url: str) -> None:
    attain("migrate", "goals")
    assert "goals has nothing parked." in attain("parked", "list", "goals").stdout
    await park(database_url)
    [entry] = lines(attain("parked", "list", "goals", "--json"))
    assert (entry["kind"], entry["number"]) == ("heard", 1)
    assert "attainment-x" in attain("parked", "show", "goals", entry["id"]).stdout
    assert "It cannot be understood yet" in attain("parked", "retry", "goals", entry["id"], code=1).stderr
    assert "Reason" not in attain("parked", "drop", "goals", entry["id"], "--yes", code=2).stdout
    attain("parked", "drop", "goals", entry["id"], "--reason", "sent by mistake", "--as", "ada", "--yes")
    assert "nothing parked" in attain("parked", "list", "goals").stdout
    assert "Nothing with this id is parked" in attain("parked", "show", "goals", entry["id"], code=1).stderr


async def test_a_log_is_exported_event_by_event_and_resumed(attain: Attain, database_url: str) -> None:
    attain("migrate", "goals")
    for version in (1, 2, 3):
        await changed(database_url, insert(version))
    whole = attain("export", "events", "goals")
    assert [(each["position"], each["version"], each["data"]) for each in lines(whole)] == [
        (version, version, {"type": "TeamFormed", "name": "North", "parent_id": None}) for version in (1, 2, 3)
    ]
    assert "go on with --after 3" in whole.stderr
    assert [each["position"] for each in lines(attain("export", "events", "goals", "--after", "2"))] == [3]
    assert lines(attain("export", "events", "goals", "--kind", "person")) == []


def insert(version: int) -> str:
    data = '{"type":"TeamFormed","name":"North","parent_id": null}'
    id_ = f"0000000000004000800000000000000{version}"
    return (
        "INSERT INTO events (stream, version, id, type, schema, data, occurred_at, recorded_at, actor, correlation_id) "  # noqa: S608 the test's own
        f"VALUES ('team-north', {version}, '{id_}', 'TeamFormed', 1, '{data}', '2026-01-31T00:00:00.000000+00:00', "
        f"'2026-01-31T00:00:00.000000+00:00', 'ada', '{id_}')"
    )
