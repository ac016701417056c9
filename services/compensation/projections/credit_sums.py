"""How much was each person credited with on each day? Sums of credits, kept by adding differences."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from operator import attrgetter

from sqlalchemy import BigInteger, Column, Date, MetaData, Table, Text, select

from compensation.domain.engine.credit import CreditSource
from compensation.domain.engine.exact import EXACT, ZERO
from compensation.domain.engine.summable import names
from compensation.domain.engine.summing import DaySum
from compensation.projections.credits import CreditRow
from events.domain import Value
from events.projector import Counted, Total
from events.store.session import Reading

DIGITS_MAX = 12
"""Digits after the point that sums keep, beside whole units: so that both databases add them up exactly."""

UNITS_MAX = 10**12
"""A credit that is not smaller is not added up: a year of them all could be more than a column holds."""

BY = ("person_year", "booked_on", "source", "currency")
SUMS = ("units", "parts", "percent_units", "percent_parts", "credit_count", "line_count", "odd_count", "overlap_count")
KNOWN = names(
    "deal_id source number line_number document_kind document_id document "
    "person_year person_id owner_hash booked_on amount currency percent "
    "cancelled_on line_id deal line overlaps problem"
)
UNKNOWN = tuple(name for name in CreditRow.__struct_fields__ if name not in KNOWN)
"""What else a credit may say: sums do not stand for one that says it."""
unknown_of = attrgetter(*UNKNOWN)
SAYS_NOTHING = (None,) * len(UNKNOWN)
ODD = tuple(int(name == "odd_count") for name in SUMS)

credit_sums = Table(
    "credit_sums",
    MetaData(),
    Column("person_year", Text, primary_key=True),
    Column("booked_on", Date, primary_key=True),
    Column("source", Text, primary_key=True),
    Column("currency", Text, primary_key=True),
    *(Column(name, BigInteger, nullable=False) for name in SUMS),
)


class SumRow(Value, tag=False):
    """The sums of a day: of amounts and of percents of deals, each in whole units and in parts of 10⁻¹².

    A deal counts once, whatever lines it has. What is odd is not in the sums, but must be looked at by itself.
    """

    person_year: str
    booked_on: date
    source: CreditSource
    currency: str
    units: int
    parts: int
    percent_units: int
    percent_parts: int
    credit_count: int
    line_count: int
    odd_count: int
    overlap_count: int

    def sum(self) -> DaySum:
        """Return it as the pay engine reads it."""
        return DaySum(
            booked_on=self.booked_on,
            source=self.source,
            currency=self.currency,
            amount=joined(self.units, self.parts),
            percent=joined(self.percent_units, self.percent_parts),
            credit_count=self.credit_count,
            line_count=self.line_count,
            odd_count=self.odd_count,
            overlap_count=self.overlap_count,
        )


def counted(row: CreditRow) -> Counted | None:
    """Return what a credit adds to its day; one that was cancelled, is excluded, or is nobody's adds nothing.

    Nor does a bill or cash: who is paid by those is not paid by sums.
    """
    if row.document is not None or row.person_year is None or row.amount is None:
        return None
    if row.cancelled_on is not None or row.excluded is not None:
        return None
    by = (row.person_year, row.booked_on, row.source, row.currency)
    amount, percent = divided(row.amount), divided(row.percent if row.line_number <= 1 else ZERO)
    if amount is None or percent is None or unknown_of(row) != SAYS_NOTHING:
        return by, ODD
    return by, (*amount, *percent, 1, 0 if row.line_id is None else 1, 0, 1 if row.overlaps else 0)


def divided(number: Decimal) -> tuple[int, int] | None:
    """Return a number in whole units and parts; nothing if it has more digits than sums keep."""
    units = int(number)
    if not -UNITS_MAX < units < UNITS_MAX:
        return None
    rest = EXACT.subtract(number, units)
    if not rest:
        return units, 0
    parts = EXACT.scaleb(rest, DIGITS_MAX)
    return (units, int(parts)) if parts == parts.to_integral_value() else None


def joined(units: int, parts: int) -> Decimal:
    """Return the number again."""
    return EXACT.add(Decimal(units), EXACT.scaleb(Decimal(parts), -DIGITS_MAX)) if parts else Decimal(units)


CREDIT_SUMS = Total(table=credit_sums, by=BY, sums=SUMS, counted=counted)


def sums_of_years(reading: Reading, keys: Iterable[str]) -> dict[str, list[DaySum]]:
    """Return the sums of people's fiscal years by the year's key; days of which nothing is left are not there."""
    found: dict[str, list[DaySum]] = {}
    for row in reading.rows(select(credit_sums).where(reading.among(credit_sums.c.person_year, keys)), SumRow):
        if row.credit_count or row.odd_count:
            found.setdefault(row.person_year, []).append(row.sum())
    return found
