"""The pay engine and a second, simple one agree on over a thousand plans and histories, before rounding and after."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import TypeAlias

import pytest

from compensation.domain.document.faults import faults_of
from compensation.domain.engine.credit import Credit
from compensation.domain.engine.earning import Earnings, earn
from compensation.domain.engine.facts import PersonYear
from tests.compensation import oracle
from tests.compensation.histories_drawn import a_year
from tests.compensation.oracle_lines import Line, in_cents, sections

PARTS = 8
YEARS = 90
"""How many years each part looks at."""

TOLERANCE = Fraction(1, 10**18)
"""A quotient that has no end is cut after 28 digits."""


@dataclass(frozen=True)
class Looked:
    """A year, and what both engines say of it."""

    facts: PersonYear
    earnings: Earnings
    lines: list[Line]


@cache
def looked_at(part: int) -> tuple[Looked, ...]:
    """Return the years of a part, with 1 to 9 deals and 1 to 3 components."""
    seeds = range(part * YEARS, (part + 1) * YEARS)
    drawn = [a_year(seed, 1 + seed % 9, 1 + seed % 3) for seed in seeds]
    return tuple(Looked(facts, earn(facts), oracle.lines(facts)) for facts in drawn)


Name: TypeAlias = tuple[str, str, str, str, int, str]


def name_of(credit: Credit) -> tuple[str, str, int, str]:
    return credit.document_id, credit.document_kind, credit.number, credit.source


def by_line(earnings: Earnings) -> dict[Name, tuple[Decimal, Decimal]]:
    return {
        (line.plan_id, line.component, *name_of(line.credit)): (
            line.rated.exact,
            line.adjusted,
        )
        for section in earnings.earned
        for line in section.lines
    }


def by_oracle(lines: Sequence[Line]) -> dict[Name, tuple[Fraction, Fraction]]:
    return {
        (line.version.plan_id, line.component.id, *name_of(line.credit)): (
            line.rated,
            line.paid,
        )
        for line in lines
    }


def waiting(earnings: Earnings) -> set[oracle.Waiting]:
    return {
        (name_of(credit), unpaid.plan_id, unpaid.component, unpaid.problem)
        for unpaid in earnings.unpaid
        for credit in unpaid.credits
    }


def ends_on_half_a_cent(amounts: Sequence[Fraction]) -> bool:
    """Say whether one of the amounts, or their sum, is half a cent, which sums of quotients with 28 digits may miss."""
    return any((amount * 100) % 1 == Fraction(1, 2) for amount in (*amounts, sum(amounts, Fraction(0))))


@pytest.mark.parametrize("part", range(PARTS))
def test_every_line_is_worth_what_the_oracle_says(part: int) -> None:
    compared = 0
    for year in looked_at(part):
        mine, theirs = by_line(year.earnings), by_oracle(year.lines)
        assert mine.keys() == theirs.keys(), year.facts
        for where, amounts in mine.items():
            for one, other in zip(amounts, theirs[where], strict=True):
                assert abs(Fraction(one) - other) <= TOLERANCE, (where, one, other, year.facts)
        compared += len(mine)
    assert compared > 2 * YEARS


@pytest.mark.parametrize("part", range(PARTS))
def test_every_section_pays_what_the_oracle_says_to_the_cent(part: int) -> None:
    paid = 0
    for year in looked_at(part):
        mine = {(each.period.name, each.plan_id, each.component): each.earned for each in year.earnings.earned}
        for where, lines in sections(year.lines).items():
            if ends_on_half_a_cent([line.paid for line in lines]):
                continue
            cents = in_cents(lines)
            assert mine[where] == cents, (where, year.facts)
            paid += bool(cents)
    assert paid > YEARS / 4


@pytest.mark.parametrize("part", range(PARTS))
def test_every_credit_waits_for_what_the_oracle_says_it_waits_for(part: int) -> None:
    reasons: set[str] = set()
    for year in looked_at(part):
        mine = waiting(year.earnings)
        assert mine == set(oracle.waiting(year.facts)), year.facts
        reasons |= {each[3] for each in mine}
    assert len(reasons) >= 9


def test_every_plan_that_is_drawn_can_be_published() -> None:
    for year in looked_at(0):
        for version in year.facts.versions:
            assert faults_of(version.document) == []
