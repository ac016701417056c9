"""Days on plans that are drawn by chance, with what the assignments say of pay and of leave."""

from datetime import date, timedelta
from decimal import Decimal

import msgspec

from compensation.domain.assignment import Spell
from compensation.domain.leave import Leave
from money.money import Money
from tests.compensation.chance import Chance

NEW_YEAR = date(2017, 1, 1)
TARGETS = (
    Money(amount=Decimal(1200), currency="USD"),
    Money(amount=Decimal("1000.02"), currency="USD"),
    Money(amount=Decimal(700), currency="USD"),
    Money(amount=Decimal(1200), currency="EUR"),
    None,
)


def a_spell(chance: Chance, plan_id: str, starts_on: date, ends_on: date | None = None) -> Spell:
    """Draw an assignment; now and then it pays in another currency than the plan's."""
    currency = chance.choice((*(None,) * 8, "USD", "EUR", "GBP"))
    target = chance.choice(TARGETS)
    return Spell(plan_id=plan_id, starts_on=starts_on, ends_on=ends_on, target_pay=target, pay_currency=currency)


def some_spells(chance: Chance) -> tuple[Spell, ...]:
    """Draw the days on plans: all the year; or then another plan, or the same anew; or by mistake two at once."""
    first, second = sorted((chance.day(), chance.day()))
    again = chance.choice(("p1", "p2"))
    whole = a_spell(chance, "p1", NEW_YEAR)
    early = a_spell(chance, "p1", NEW_YEAR, first)
    late = a_spell(chance, again, second + timedelta(days=1))
    twice = a_spell(chance, "p2", second, second)
    drawn = chance.choice(((whole,), (whole,), (whole,), (early, late), (whole, twice)))
    return tuple(described(chance.of(f"spell {number}"), each) for number, each in enumerate(drawn))


def described(chance: Chance, spell: Spell) -> Spell:
    """Draw the base pay of an assignment, and days of leave within it or beside it."""
    first, last = sorted((chance.day(), chance.day()))
    leave = Leave(first_on=first, last_on=last, reason="family")
    return msgspec.structs.replace(
        spell,
        base_pay=chance.choice((*TARGETS[:3], None)),
        leaves=(leave,) if chance.is_one_in(3) else (),
    )
