"""A deal whose lines cancel out does not move its measure: what is paid of it is nothing, never an error."""

from decimal import Decimal

import msgspec
import pytest

from compensation.domain.assignment import Spell
from compensation.domain.engine.earning import earn
from money.money import Money
from tests.compensation.sold import line, of, pays, plan, sold
from tests.compensation.years import NEW_YEAR

TARGET = Spell(plan_id="p1", starts_on=NEW_YEAR, target_pay=Money(amount=Decimal(1000), currency="USD"))
BOOKINGS = {"id": "bookings", "counts": "amount", "rules": ["own"], "interval": "year", "quota": "bookings"}
TYPE_1 = {"field": "type", "equals": "1"}


@pytest.mark.parametrize("kind", ["curve", "proportional"])
def test_a_part_of_a_deal_that_cancels_out_earns_none_of_the_target_pay(kind: str) -> None:
    covers = pays("bookings", ("50", "50"), ("100", "100"), pays="target", over="attainment", kind=kind, when=TYPE_1)
    document = plan(covers, measures=(BOOKINGS,))
    deal = sold("d1", line("1", "200", type="1"), line("2", "-200", type="2"))
    [earning] = earn(msgspec.structs.replace(of(document, *deal), spells=(TARGET,))).earned
    assert [each.earned for each in earning.lines] == [0]
