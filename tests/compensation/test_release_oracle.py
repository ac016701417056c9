"""When pay is paid, by the engine and by a second, simple one, on years with instalments and cancellations."""

from decimal import Decimal
from functools import cache

import pytest

from compensation.domain.engine.earning import Earnings, earn
from compensation.domain.engine.facts import PersonYear
from compensation.domain.engine.held import Lapsed, Released, Waiting
from tests.compensation import oracle
from tests.compensation.chance import Chance
from tests.compensation.histories_drawn import a_year
from tests.compensation.instalments_drawn import with_cancellations
from tests.compensation.oracle_release import Payable, payable
from tests.compensation.test_oracle import ends_on_half_a_cent

PARTS = 4
YEARS = 120


@cache
def looked_at(part: int) -> tuple[tuple[PersonYear, Earnings], ...]:
    seeds = range(part * YEARS, (part + 1) * YEARS)
    drawn = [with_cancellations(a_year(seed, 1 + seed % 7, 1 + seed % 2), Chance(f"cancel {seed}")) for seed in seeds]
    return tuple((facts, earn(facts)) for facts in drawn)


def by_engine(earnings: Earnings) -> Payable:
    """Return what each period pays: what it earns less what it takes back and holds, with what it releases."""
    found: Payable = {}
    moves = [(each.period, each, each.earned) for each in (*earnings.earned, *earnings.clawed)]
    moves += [(each.period, each, -each.amount) for each in earnings.held]
    moves += [(each.fate.period, each, each.amount) for each in earnings.held if isinstance(each.fate, Released)]
    for period, each, amount in moves:
        place = (period.name, each.plan_id, each.component)
        found[place] = found.get(place, Decimal(0)) + amount
    return {where: amount for where, amount in found.items() if amount}


@pytest.mark.parametrize("part", range(PARTS))
def test_every_period_pays_what_the_oracle_says_to_the_cent(part: int) -> None:
    compared = 0
    for facts, earnings in looked_at(part):
        lines = oracle.lines(facts)
        if any(ends_on_half_a_cent([each.paid for each in some]) for some in oracle.sections(lines).values()):
            continue
        assert by_engine(earnings) == payable(facts, lines), facts
        compared += bool(earnings.held)
    assert compared > YEARS / 15


@pytest.mark.parametrize("part", range(PARTS))
def test_nothing_that_is_held_is_lost(part: int) -> None:
    """What is released, what waits and what lapsed is all that is held, and no line holds more than it earns."""
    fates = {Released: 0, Waiting: 0, Lapsed: 0}
    for facts, earnings in looked_at(part):
        earned = {
            (line.plan_id, line.component, line.credit.order): line.earned
            for each in earnings.earned
            for line in each.lines
        }
        held = dict.fromkeys(earned, Decimal(0))
        for each in earnings.held:
            place = (each.plan_id, each.component, each.credit.order)
            held[place] += each.amount
            fates[type(each.fate)] += 1
            assert not isinstance(each.fate, Released) or each.fate.period.starts_on > each.period.ends_on
            assert each.credit.cancelled_on is None or not isinstance(each.fate, Waiting)
        assert all(abs(amount) <= abs(earned[place]) + Decimal("0.04") for place, amount in held.items()), facts
    assert min(fates.values()) > 0
