"""All pay computed at once, by several processes, is to the last row what the worker makes of it key by key."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from sqlalchemy import Table, delete, select

from attain.commands.export import lines_as_json
from attain.commands.recompute import derivations_of
from compensation.projections.earnings import PAID, EarningRow, earnings
from compensation.projections.statement_lines import years_of
from events import deriver, projector, read_models
from events.anew import all_keys, recompute
from events.contracts.performance import ActivityRecordedV1, DealCancelledV1, DealDeletedV1, DealWonV1
from events.crew import Processes
from events.journal import Journal
from events.store import log
from events.store.session import Reading, Writing
from events.store.tables import dirty, told
from money.money import Money
from tests.compensation import billed
from tests.compensation.company import Company, commission, person, split, usd

OVERRIDE: dict[str, Any] = {
    "credit_rules": [{"id": "line", "source": "roll_up"}],
    "measures": [{"id": "bookings", "counts": "amount", "rules": ["line"], "interval": "quarter", "quota": "bookings"}],
    "components": [commission({"up_to": "100", "rate": "1"}, {"up_to": None, "rate": "3"})],
}
FEBRUARY, MARCH = date(2017, 2, 3), date(2017, 3, 3)
BILLED: dict[str, Any] = {
    "credit_rules": [{"id": "billed", "trigger": "invoice"}, {"id": "meetings", "trigger": "activity"}],
    "measures": [
        billed.measure(interval="quarter"),
        {"id": "meetings", "counts": "activities", "rules": ["meetings"], "interval": "quarter"},
    ],
    "components": [billed.ten_percent()],
}
Rows = dict[str, Sequence[tuple[Any, ...]]]


async def story(firm: Company) -> None:
    """Two people sell, and one leads: deals are shared, corrected, cancelled, deleted, and some cannot be paid."""
    await firm.settle()
    await firm.hire("mia")
    await firm.hire("bob", manager_id="mia")
    await firm.publish_plan("override", **OVERRIDE)
    await firm.assign("mia", "override")
    await firm.publish_plan("billed", **BILLED)
    await firm.assign("bob", "billed")
    for who, amount in (("bob", "700"), ("mia", "1500")):
        await firm.quota(who, "2017-Q1", amount)
    for number in range(6):
        await firm.win(f"crm.{number}", f"{number * 111}.{number}5", booked_on=MARCH if number % 2 else FEBRUARY)
    await meet(firm, "first")
    await firm.derive()
    await meet(firm, "second")
    await firm.win("crm.7", "1000", splits=split((person("ada"), "60"), (person("bob"), "40")))
    await firm.win("crm.8", "100", owner=person("stranger"))
    await firm.deal(DealWonV1, "crm.9", amount=usd("100"), booked_on=MARCH)
    euros = Money(amount=Decimal(100), currency="EUR")
    await firm.deal(DealWonV1, "crm.10", owner=person("ada"), amount=euros, booked_on=MARCH)
    await firm.win("crm.1", "999.99")
    await firm.deal(DealDeletedV1, "crm.2", owner=person("ada"), amount=usd("222.25"), booked_on=MARCH)
    await firm.deal(DealCancelledV1, "crm.3", owner=person("ada"), amount=usd("333.35"), booked_on=MARCH)
    await billed.bill(firm, "i1", "400", deal_id="crm.7")
    await billed.pay(firm, "p1", "300", deal_id="crm.7")
    await firm.quota("ada", "2017-Q1", "1100")


async def meet(firm: Company, activity_id: str) -> None:
    told = ActivityRecordedV1(activity_id=activity_id, kind="meeting", owner=person("bob"), done_on=FEBRUARY)
    await firm.tell("performance", f"activity-{activity_id}", told)


def rows_of(reading: Reading, table: Table) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in reading.tuples(select(table))]


def derived(reading: Reading) -> Rows:
    """Return all derived rows and sums, and what was told, in order."""
    tables = [table for each in derivations_of("compensation") for table in each.tables]
    found: Rows = {table.name: sorted(rows_of(reading, table), key=repr) for table in (*tables, told)}
    # What a day's sums leave behind when nothing is left of them says nothing.
    return found | {"credit_sums": [row for row in found["credit_sums"] if any(row[4:])]}


def earned(reading: Reading) -> dict[str, Decimal]:
    """Return what is stored as earned in the first quarter."""
    paid = (earnings.c.component != "", earnings.c.problem == PAID, earnings.c.period == "2017-Q1")
    rows = reading.rows(select(earnings).where(*paid), EarningRow)
    return {f"{row.person_id} {row.plan_id}": row.earned for row in rows}


def added_up(lines: Iterable[dict[str, Any]]) -> dict[str, Decimal]:
    """Add up what lines earn."""
    sums: dict[str, Decimal] = {}
    for line in lines:
        name = f"{line['person_id']} {line['plan_id']}"
        sums[name] = sums.get(name, Decimal(0)) + Decimal(line["earned"])
    return sums


def forget(writing: Writing, journal: Journal) -> None:
    """Forget all derived rows, and mark every key there is."""
    marks = {each.name: sorted(all_keys(writing, journal, each)) for each in journal.derivations}
    for derivation in journal.derivations:
        generation = read_models.generations(writing, journal.kept)[derivation.name]
        for table in derivation.tables:
            writing.execute(delete(projector.physical(table, generation)))
    position = log.last_position(writing)
    for name, keys in marks.items():
        writing.insert(dirty, [{"derivation": name, "key": key, "position": position} for key in keys])


async def test_computed_at_once_or_key_by_key_pay_is_the_same_to_the_last_row(firm: Company, database_url: str) -> None:
    await story(firm)
    journal = replace(
        firm.store.journal, derivations=tuple(replace(each, keys_at_once=2) for each in firm.store.journal.derivations)
    )
    with Processes(database_url, partial(derivations_of, "compensation"), 2) as crew:
        await recompute(journal, (), crew)
        keys = await firm.store.read(lambda reading: years_of(reading, "2017-Q1"))
        texts = [text for text, _ in crew.each(partial(lines_as_json, "2017-Q1"), [[key] for key in keys])]
    stored = await firm.store.read(earned)
    assert added_up(json.loads(line) for line in "".join(texts).splitlines()) == stored
    at_once = await firm.store.read(derived)
    assert not await firm.store.read(lambda reading: reading.tuples(select(dirty)))
    count = len(await firm.store.read(lambda reading: log.page(reading, 0, 10_000)))
    await firm.store.database.write(lambda writing: forget(writing, journal))
    await deriver.derive_all(journal)
    assert await firm.store.read(derived) == at_once
    assert {name: len(rows) > 1 for name, rows in at_once.items()} == dict.fromkeys(at_once, True)
    assert len(await firm.store.read(lambda reading: log.page(reading, 0, 10_000))) == count
