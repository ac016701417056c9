"""A person's year by its sums: one credit stands for all of a stretch of days that nothing divides.

The engine takes such a year as it takes any other, in time that follows from the days of a year, and not from how many
deals there were. It pays the same to the last digit where `summable` says so.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import msgspec

from compensation.domain.engine.credit import Credit, CreditSource, Origin
from compensation.domain.engine.exact import total
from compensation.domain.engine.facts import PersonYear
from compensation.domain.engine.placing import periods_of
from compensation.domain.engine.summable import SOURCES, pays_by_sums
from events.domain import Value

ONE_DAY = timedelta(days=1)
ORIGIN = Origin(
    event_id="",
    event_type="",
    version=0,
    source="",
    occurred_at=datetime(1, 1, 1, tzinfo=UTC),
    position=0,
)
"""Where a sum comes from: no event alone."""

Stretch = tuple[int, str, CreditSource, str]


class DaySum(Value, tag=False):
    """What a person was credited with on a day from one source: the sums of amounts and of percents of deals, and how
    many credits these are, how many of lines, how many of them sums cannot stand for, and how many are of deals with
    which the person is credited from other sources too.
    """

    booked_on: date
    source: CreditSource
    currency: str
    amount: Decimal
    percent: Decimal
    credit_count: int
    line_count: int = 0
    odd_count: int = 0
    overlap_count: int = 0


class YearFacts(Value, tag=False):
    """A person's year, and how many credits each of its credits stands for, by deal id; for itself if it is not there.

    Without counts the year has all of its credits.
    """

    year: PersonYear
    counts: Mapping[str, int] = {}

    def count(self, credits_: Iterable[Credit]) -> int:
        """Return how many credits some credits stand for."""
        return sum(self.counts.get(each.deal_id, 1) for each in credits_)


def is_summable(year: PersonYear, sums: Sequence[DaySum]) -> bool:
    """Say whether a year pays by sums: its plans do, and its credits are in one currency, from sources that are known.

    `year` has no credits yet. Of several currencies the last one booked counts, and sums do not know which that was.
    """
    return (
        len({each.currency for each in sums}) <= 1
        and all(each.source in SOURCES and not each.odd_count for each in sums)
        and pays_by_sums(
            year,
            has_lines=any(each.line_count for each in sums),
            overlaps=any(each.overlap_count for each in sums),
        )
    )


def summed(year: PersonYear, sums: Iterable[DaySum]) -> YearFacts:
    """Return a year in which one credit stands for all of a stretch of days."""
    cuts = sorted(set(cut_days(year)))
    stretches: dict[Stretch, list[DaySum]] = {}
    for each in sums:
        month = periods_of(year.calendar, each.booked_on)[0].name
        place = (bisect_right(cuts, each.booked_on), month, each.source, each.currency)
        stretches.setdefault(place, []).append(each)
    credits_ = {name_of(place): credit_for(year, place, several) for place, several in stretches.items()}
    counts = {name_of(place): sum(each.credit_count for each in several) for place, several in stretches.items()}
    return YearFacts(year=msgspec.structs.replace(year, credits=tuple(credits_.values())), counts=counts)


def cut_days(year: PersonYear) -> Iterator[date]:
    """Yield the days from which on a credit may be paid in another way than on the day before."""
    for version in year.versions:
        yield version.effective_on
        for component in version.document.components:
            yield from ends_of(component.since, component.until)
    for spell in year.spells:
        yield from ends_of(spell.starts_on, spell.ends_on)
    for quota in year.quotas:
        yield from ends_of(quota.starts_on, quota.ends_on)


def ends_of(since: date | None, until: date | None) -> Iterator[date]:
    """Yield the first day within a time and the first one after it, as far as there are such days."""
    if since is not None:
        yield since
    if until is not None and until < date.max:
        yield until + ONE_DAY


def name_of(place: Stretch) -> str:
    """Return the deal id of the credit that stands for a stretch."""
    return "~".join(map(str, place))


def credit_for(year: PersonYear, place: Stretch, several: Sequence[DaySum]) -> Credit:
    """Return the credit that stands for all of a stretch."""
    _, _, source, currency = place
    amount = total(each.amount for each in several)
    return Credit(
        deal_id=name_of(place),
        number=1,
        source=source,
        person_id=year.person_id,
        booked_on=max(each.booked_on for each in several),
        source_at=ORIGIN.occurred_at,
        amount=amount,
        currency=currency,
        percent=total(each.percent for each in several),
        deal_amount=amount,
        account=None,
        product=None,
        origin=ORIGIN,
    )
