"""What does each statement say, line by line? Computed on reading, by the same engine that keeps the sums."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec

from compensation.domain.engine.earning import earn
from compensation.domain.engine.exact import plain
from compensation.domain.engine.facts import person_and_year, person_year
from compensation.domain.engine.held import Released
from compensation.domain.engine.sections import Earnings
from compensation.domain.statement import Statement, known_on, statement_of, sums
from compensation.projections import assignments, calendars, earnings
from compensation.projections.earnings import EarningRow
from compensation.projections.payouts import payouts, payouts_of_years
from compensation.projections.quotas import YEAR_DIGITS
from compensation.projections.years import all_years, person_years
from events.store.session import Reading
from fiscal.calendar import Period, parse_period

YEARS_AT_ONCE = 200


def statement(reading: Reading, person_id: str, period: Period, today: date) -> Statement:
    """Return a person's statement for a period, by all that is known now; nothing is paid before its period begins."""
    keys = {person_year(person_id, period.name[:YEAR_DIGITS]), *earnings.years_paying_in(reading, person_id, period)}
    found = together(earn(facts) for facts in person_years(reading, sorted(keys)).values())
    found = msgspec.structs.replace(found, held=tuple(known_on(today, each) for each in found.held))
    paid = tuple(each.known_on(today) for each in payouts(reading, person_id, period) if each.period.starts_on <= today)
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
    """Return every person's fiscal years as JSON values, in one order: stored sums, and all else computed anew from
    them and from the facts: lines, what is paid, and the sums of both.

    Two databases with the same log give the same list.
    """
    kept: dict[str, list[EarningRow]] = {}
    for row in earnings.stored(reading):
        kept.setdefault(row.person_year, []).append(row)
    found: list[dict[str, Any]] = []
    keys = with_years_on_plans(reading, {*all_years(reading), *kept})
    for first in range(0, len(keys), YEARS_AT_ONCE):
        found += computed(reading, keys[first : first + YEARS_AT_ONCE], kept)
    return found


def with_years_on_plans(reading: Reading, keys: Iterable[str]) -> list[str]:
    """Return the keys of people's years with those in which people are on a plan and sell nothing: draws are paid."""
    found, calendar = set(keys), calendars.calendar(reading)
    if calendar is None:
        return sorted(found)
    years = [parse_period(calendar, each) for each in sorted({person_and_year(key)[1] for key in found})]
    for person_id, spells in assignments.of_everybody(reading).items():
        on = (year.name for year in years for spell in spells if spell.overlaps(year))
        found |= {person_year(person_id, name) for name in on}
    return sorted(found)


def computed(reading: Reading, keys: Sequence[str], kept: dict[str, list[EarningRow]]) -> list[dict[str, Any]]:
    """Return some years, each with its stored sums beside what the engine says, and what is paid."""
    facts, paid = person_years(reading, keys), payouts_of_years(reading, keys)
    found: list[dict[str, Any]] = []
    for key in keys:
        rows, said = kept.get(key, []), earn(facts[key]) if key in facts else None
        found.append(
            {
                "person_year": key,
                "stored": msgspec.to_builtins(rows),
                "computed": msgspec.to_builtins(said),
                "payouts": msgspec.to_builtins(list(paid.get(key, ()))),
                "sums": {"stored": sums_of_rows(rows), "lines": {} if said is None else sums_of_lines(said)},
            }
        )
    return found


def sums_of_rows(rows: Iterable[EarningRow]) -> dict[str, str]:
    """Return what a year earns, and what of it is payable, by currency, as it is stored."""
    paid = [each for each in rows if each.component and each.problem == earnings.PAID]
    return in_words(((each.currency, each.earned) for each in paid), ((each.currency, each.payable) for each in paid))


def sums_of_lines(said: Earnings) -> dict[str, str]:
    """Return the same of lines: what they earn less what is taken back, and what of it is paid, whenever that is."""
    earned = [(each.currency, each.earned) for each in (*said.earned, *said.clawed)]
    never = (each for each in said.held if not isinstance(each.fate, Released))
    return in_words(earned, [*earned, *((each.currency, each.amount.copy_negate()) for each in never)])


def in_words(earned: Iterable[tuple[str, Decimal]], payable: Iterable[tuple[str, Decimal]]) -> dict[str, str]:
    """Return sums by what they are of: `earned USD`; none where there is nothing."""
    several = {"earned": sums(earned), "payable": sums(payable)}
    return {f"{name} {each.currency}": f"{plain(each.amount):f}" for name, found in several.items() for each in found}
