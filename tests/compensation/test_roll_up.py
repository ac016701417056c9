"""Managers are credited with what their line sells: once a deal, at most all of it, by the line of the booking day."""

from datetime import date
from typing import Any

from events.contracts.performance import DealDeletedV1
from tests.compensation.company import Company, commission, person, split

FEBRUARY, MAY = date(2017, 2, 3), date(2017, 5, 3)
OVERRIDE: dict[str, Any] = {
    "credit_rules": [{"id": "line", "source": "roll_up"}],
    "measures": [{"id": "team", "counts": "amount", "rules": ["line"], "interval": "quarter"}],
    "components": [commission({"up_to": None, "rate": "3"}) | {"measure": "team"}],
}


async def line(firm: Company) -> None:
    """Ada and Bob report to Mia, who reports to Zoe; Mia and Zoe are paid for their lines."""
    await firm.settle()
    await firm.hire("zoe")
    await firm.hire("mia", manager_id="zoe")
    await firm.hire("bob", manager_id="mia")
    await firm.publish_plan("override", **OVERRIDE)
    for manager in ("mia", "zoe"):
        await firm.assign(manager, "override")


async def earned(firm: Company, who: str, period: str = "2017-Q1") -> str:
    return "".join(each["amount"] for each in (await firm.statement(who, period))["earned"])


async def test_a_deal_counts_for_every_manager_above_its_owner(firm: Company) -> None:
    await line(firm)
    await firm.win("crm.1", "1000")
    assert [await earned(firm, who) for who in ("mia", "zoe")] == ["30.00", "30.00"]
    [section] = (await firm.statement("mia"))["sections"]
    assert section["lines"][0]["credit"]["source"] == "roll_up"


async def test_shares_of_a_line_are_counted_once_and_never_exceed_the_deal(firm: Company) -> None:
    await line(firm)
    await firm.win("crm.1", "1000", splits=split((person("ada"), "60"), (person("bob"), "40")))
    await firm.win("crm.2", "1000", splits=split((person("ada"), "25"), (person("stranger"), "75")))
    statement = await firm.statement("mia")
    assert [each["credit"]["percent"] for each in statement["sections"][0]["lines"]] == ["100", "25"]
    assert await earned(firm, "mia") == "37.50"


async def test_the_line_of_the_booking_day_decides_who_is_credited(firm: Company) -> None:
    await line(firm)
    await firm.hire("eve")
    await firm.assign("eve", "override")
    await firm.move("ada", date(2017, 4, 1), "eve")
    await firm.win("crm.1", "1000", booked_on=FEBRUARY)
    await firm.win("crm.2", "1000", booked_on=MAY)
    assert [await earned(firm, who) for who in ("mia", "eve")] == ["30.00", ""]
    assert [await earned(firm, who, "2017-Q2") for who in ("mia", "eve")] == ["", "30.00"]


async def test_a_move_that_is_heard_later_moves_the_credit(firm: Company) -> None:
    await line(firm)
    await firm.hire("eve")
    await firm.assign("eve", "override")
    await firm.win("crm.1", "1000")
    assert await earned(firm, "mia") == "30.00"
    await firm.move("ada", date(2017, 2, 1), "eve")
    assert [await earned(firm, who) for who in ("mia", "eve")] == ["", "30.00"]


async def test_a_plan_for_the_line_that_begins_later_counts_what_was_won_before(firm: Company) -> None:
    await firm.settle()
    await firm.hire("mia")
    await firm.win("crm.1", "1000")
    await firm.derive()
    await firm.publish_plan("override", **OVERRIDE)
    await firm.assign("mia", "override")
    assert await earned(firm, "mia") == "30.00"


async def test_a_manager_without_a_plan_for_the_line_has_nothing_that_waits(firm: Company) -> None:
    await firm.settle()
    await firm.hire("mia")
    await firm.win("crm.1", "1000")
    assert (await firm.statement("mia"))["unpaid"] == []
    assert await firm.exceptions() == []


async def test_a_deal_that_was_never_real_is_nobodys_roll_up(firm: Company) -> None:
    await line(firm)
    await firm.win("crm.1", "1000")
    await firm.derive()
    await firm.deal(DealDeletedV1, "crm.1")
    assert await earned(firm, "mia") == ""
