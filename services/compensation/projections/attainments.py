"""How much of each quota has each person reached? Derived, and told to others where it changes."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy import Column, Date, Index, MetaData, Select, Table, Text, select

from compensation.domain.attainment import AttainmentMeasured
from events.domain import Value
from events.store.columns import Exact
from events.store.session import Reading
from events.store.tables import told

ATTAINMENTS = "attainments"

attainments = Table(
    ATTAINMENTS,
    MetaData(),
    Column("person_year", Text, primary_key=True),
    Column("measure", Text, primary_key=True),
    Column("period", Text, primary_key=True),
    Column("person_id", Text, nullable=False),
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date, nullable=False),
    Column("currency", Text, nullable=False),
    Column("credit", Exact, nullable=False),
    Column("quota", Exact),
    Column("percent", Exact),
    Index("attainments_by_person", "person_id"),
    Index("attainments_by_period", "period"),
)


class AttainmentRow(Value, tag=False):
    """A person's credited attainment in a period. `percent` is credit ÷ quota; none without a usable quota."""

    person_year: str
    measure: str
    period: str
    person_id: str
    starts_on: date
    ends_on: date
    currency: str
    credit: Decimal
    quota: Decimal | None
    percent: Decimal | None


def told_before(reading: Reading, keys: Iterable[str]) -> dict[str, list[AttainmentMeasured]]:
    """Return what was last told of the attainment of people's years, so that it can be taken back."""
    statement = select(told.c.key, told.c.data).where(told.c.derivation == ATTAINMENTS, reading.among(told.c.key, keys))
    found: dict[str, list[AttainmentMeasured]] = {}
    for key, text in reading.tuples(statement):
        found.setdefault(key, []).append(msgspec.json.decode(text, type=AttainmentMeasured))
    return found


def listed(period: str | None, person_id: str | None) -> Select[Any]:
    """Ask for people's credited attainment, in one period or in all of them."""
    statement = select(attainments)
    if period is not None:
        statement = statement.where(attainments.c.period == period)
    return statement if person_id is None else statement.where(attainments.c.person_id == person_id)


def of_people(reading: Reading, period: str, person_ids: Iterable[str]) -> dict[tuple[str, str], AttainmentRow]:
    """Return the attainment of exactly one period by person and currency; of several measures the first by name."""
    statement = listed(period, None).where(reading.among(attainments.c.person_id, person_ids))
    found: dict[tuple[str, str], AttainmentRow] = {}
    for row in reading.rows(statement.order_by(attainments.c.measure), AttainmentRow):
        found.setdefault((row.person_id, row.currency), row)
    return found
