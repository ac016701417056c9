"""What does each statement say, line by line? Computed on reading, by the same engine that keeps the sums."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import msgspec

from compensation.domain.engine.earning import earn
from compensation.domain.engine.facts import person_year
from compensation.domain.engine.sections import Earnings
from compensation.domain.statement import Statement, known_on, statement_of
from compensation.projections import earnings
from compensation.projections.payouts import payouts
from compensation.projections.quotas import YEAR_DIGITS
from compensation.projections.years import all_years, person_years
from events.store.session import Reading
from fiscal.calendar import Period

YEARS_AT_ONCE = 200


def statement(reading: Reading, person_id: str, period: Period, today: date) -> Statement:
    """Return a person's statement for a period, by all that is known now; nothing is paid before its period begins."""
    keys = {person_year(person_id, period.name[:YEAR_DIGITS]), *earnings.years_paying_in(reading, person_id, period)}
    found = together(earn(facts) for facts in person_years(reading, sorted(keys)).values())
    found = msgspec.structs.replace(found, held=tuple(known_on(today, each) for each in found.held))
    paid = tuple(each for each in payouts(reading, person_id, period) if each.period.starts_on <= today)
    return statement_of(person_id, period, found, paid)


def together(years: Iterable[Earnings]) -> Earnings:
    """Return the earnings of several years as one: what was paid in one may be taken back in a later one."""
    found = list(years)
    return Earnings(
        taken=tuple(each for year in found for each in year.taken),
        earned=tuple(each for year in found for each in year.earned),
        held=tuple(each for year in found for each in year.held),
        clawed=tuple(each for year in found for each in year.clawed),
        unpaid=tuple(each for year in found for each in year.unpaid),
        excluded=tuple(each for year in found for each in year.excluded),
    )


def all_statements(reading: Reading) -> list[dict[str, Any]]:
    """Return every person's fiscal years as JSON values, in one order: stored sums, and all lines computed anew.

    Two databases with the same log give the same list.
    """
    kept: dict[str, list[Any]] = {}
    for row in earnings.stored(reading):
        kept.setdefault(row.person_year, []).append(msgspec.to_builtins(row))
    found: list[dict[str, Any]] = []
    keys = sorted(set(all_years(reading)) | kept.keys())
    for first in range(0, len(keys), YEARS_AT_ONCE):
        found += computed(reading, keys[first : first + YEARS_AT_ONCE], kept)
    return found


def computed(reading: Reading, keys: Sequence[str], kept: dict[str, list[Any]]) -> list[dict[str, Any]]:
    """Return some years, each with its stored sums beside what the engine says."""
    facts = person_years(reading, keys)
    return [
        {
            "person_year": key,
            "stored": kept.get(key, []),
            "computed": msgspec.to_builtins(earn(facts[key])) if key in facts else None,
        }
        for key in keys
    ]
