"""`attain verify`, as an operator gives it beside the databases of the four services."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text
from typer.testing import CliRunner, Result

from attain.cli import app
from tests.compensation.company import Company, company

Attain = Callable[..., Result]


@pytest.fixture
def attain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Attain:
    """The command line, where a company has paid somebody."""
    monkeypatch.setenv("ATTAIN_FOLDER", str(tmp_path))
    asyncio.run(somebody_is_paid(tmp_path))

    def run(*words: str) -> Result:
        return CliRunner().invoke(app, words)

    assert run("migrate").exit_code == 0
    return run


async def somebody_is_paid(folder: Path) -> None:
    async with company(url(folder), folder) as firm:
        await firm.settle()
        await firm.win("crm.1", "900")
        await firm.derive()


def url(folder: Path) -> str:
    return f"sqlite:///{folder / 'compensation.db'}"


def change(folder: Path, statement: str) -> None:
    """Change what stands behind the log's back."""

    async def act() -> None:
        async with company(url(folder), folder) as firm:
            await changed(firm, statement)

    asyncio.run(act())


async def changed(firm: Company, statement: str) -> None:
    await firm.store.database.write(lambda writing: writing.execute(text(statement)))


def test_it_names_what_differs_and_what_has_changed_and_ends_as_that_is_a_fault_or_not(
    attain: Attain, tmp_path: Path
) -> None:
    same = attain("verify", "--json")
    assert (same.exit_code, json.loads(same.output)["equal"]) == (0, True)
    since = attain("verify", "--json", "--known-at", "5")
    assert (since.exit_code, json.loads(since.output)["equal"]) == (0, False)
    wrong = attain("verify", "--known-at", "yesterday")
    assert (wrong.exit_code, "A moment is a position in the log, or an instant" in wrong.output) == (1, True)
    change(tmp_path, "UPDATE earnings_1 SET earned = earned + 10000, as_paid = as_paid + 10000 WHERE component <> ''")
    different = attain("verify", "--json")
    assert different.exit_code == 1
    places = [each["place"] for each in json.loads(different.output)["differences"]]
    assert "stored/2017-Q1 accelerated commission USD/earned" in places
    assert "payouts/2017-Q1 USD/paid" in places
    shown = attain("verify").output.splitlines()[-1]
    assert shown.startswith("1 people's years computed again: differences: ")


def test_it_says_so_where_the_read_models_are_those_of_another_release(attain: Attain, tmp_path: Path) -> None:
    change(tmp_path, "UPDATE read_models SET version = version + 1 WHERE name = 'earnings'")
    done = attain("verify")
    assert (done.exit_code, done.output.splitlines()[-1].rsplit(" ", 1)[-1]) == (1, "earnings")
