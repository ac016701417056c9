"""What stands is computed again from the log: each sum, line and payout that differs is named; or that has changed."""

from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from sqlalchemy import text

from attain.commands.verify import NoSuchMoment, moment, show
from attain.real.recomputing import Difference, Outcome, last_recorded, recompute
from events.store import log
from tests.compensation.company import NOW, Company

DRAWN: dict[str, Any] = {"pays": "month", "draw": {"amount": "100", "recoverable": True}}


@pytest.fixture
async def drawing(firm: Company) -> Company:
    """Ada and Bob draw 100 a month; Ada sells for 900, Bob nothing."""
    await firm.set_calendar()
    await firm.publish_plan(**DRAWN)
    for who in ("ada", "bob"):
        await firm.hire(who)
        await firm.assign(who)
    await firm.quota("ada", "2017-Q1", "1000")
    await firm.win("crm.1", "900")
    await firm.derive()
    return firm


async def verified(database_url: str, folder: Path, known_at: int | None = None) -> Outcome:
    anew = folder / "anew"
    anew.mkdir(exist_ok=True)
    for each in anew.iterdir():
        each.unlink()
    return await recompute(database_url, anew, known_at)


async def change(firm: Company, statement: str) -> None:
    """Change what stands behind the log's back."""
    await firm.store.database.write(lambda writing: writing.execute(text(statement)))


def named(outcome: Outcome) -> dict[tuple[str, str], tuple[str, str]]:
    return {(each.person_year, each.place): (each.stands, each.computed) for each in outcome.differences}


async def test_what_stands_is_what_the_log_says_and_whoever_only_draws_is_compared(
    drawing: Company, database_url: str, tmp_path: Path
) -> None:
    outcome = await verified(database_url, tmp_path)
    assert (outcome.compared, outcome.differences) == (2, ())


async def test_a_sum_that_was_changed_is_named_with_the_payouts_that_follow_from_it(
    drawing: Company, database_url: str, tmp_path: Path
) -> None:
    await change(
        drawing, "UPDATE earnings_1 SET earned = earned + 800000, as_paid = as_paid + 800000 WHERE component <> ''"
    )
    found = named(await verified(database_url, tmp_path))
    assert found["ada~2017", "stored/2017-M02 accelerated commission USD/earned"] == ("125.00", "45.00")
    assert found["ada~2017", "sums of lines/earned USD"] == ("125.00", "45.00")
    assert found["ada~2017", "sums of lines/payable USD"] == ("125.00", "45.00")
    assert found["ada~2017", "payouts/2017-M02 USD/advance"] == ("0", "55.00")
    assert found["ada~2017", "payouts/2017-M02 USD/recovered"] == ("25.00", "0")
    assert found["ada~2017", "payouts/2017-M12 USD/debt"] == ("1075.00", "1155.00")
    assert {who for who, _ in found} == {"ada~2017"}
    assert ("ada~2017", "payouts/2017-M01 USD/paid") not in found


async def test_a_payout_that_differs_is_named_where_no_sum_does(
    drawing: Company, database_url: str, tmp_path: Path
) -> None:
    await change(drawing, "UPDATE assignments_1 SET ends_on = '2017-11-30' WHERE person_id = 'bob'")
    found = named(await verified(database_url, tmp_path))
    assert {(who, place.partition("/")[0]) for who, place in found} == {("bob~2017", "payouts")}
    assert all("2017-M12" in place for _, place in found)


async def test_what_has_changed_since_a_position_or_an_instant_is_named(
    drawing: Company, database_url: str, tmp_path: Path
) -> None:
    position = await drawing.store.read(log.last_position)
    await drawing.win("crm.2", "200")
    await drawing.derive()
    found = named(await verified(database_url, tmp_path, position))
    assert found["ada~2017", "stored/2017-M02 accelerated commission USD/earned"] == ("58.00", "45.00")
    assert found["ada~2017", "payouts/2017-M02 USD/advance"] == ("42.00", "55.00")
    assert await drawing.store.read(lambda reading: last_recorded(reading, NOW)) > position
    assert await drawing.store.read(lambda reading: last_recorded(reading, NOW - timedelta(seconds=1))) == 0
    assert (await verified(database_url, tmp_path)).differences == ()


@pytest.mark.parametrize(("since", "words"), [(False, "differences: 1"), (True, "changes since then: 1")])
def test_what_has_changed_since_a_moment_is_said_as_such(since: bool, words: str) -> None:
    found = Difference(person_year="ada~2017", place="payouts/2017-M02 USD/paid", stands="1.00", computed="0.00")
    console = Console(record=True, width=160, file=StringIO())
    show(console, Outcome(compared=2, differences=(found,)), [], since=since)
    said = console.export_text()
    assert ("known then" in said, words in said) == (since, True)


def test_a_moment_is_a_position_or_an_instant_with_its_offset() -> None:
    assert moment("4711") == 4711
    assert moment("2026-01-31T09:30:00Z") == datetime(2026, 1, 31, 9, 30, tzinfo=UTC)
    for written in ("yesterday", "2026-01-31", "-1"):
        with pytest.raises(NoSuchMoment):
            moment(written)
