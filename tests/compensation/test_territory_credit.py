"""Credit by territory: who holds that of a deal's account on the booking day, alone or with others, or above it."""

from datetime import date
from decimal import Decimal

from events.contracts.goals import TerritoryAssignmentEndedV1
from tests.compensation.company import Company, person
from tests.compensation.crediting import JANUARY, MAY, define, earned, hold, paid_by, place


async def test_a_deal_is_credited_to_who_holds_the_territory_of_its_account(firm: Company) -> None:
    await firm.settle()
    await firm.hire("eve")
    await paid_by(firm, "eve", {"source": "territory", "role": "owner"})
    for territory in ("west", "east"):
        await define(firm, territory)
    await hold(firm, "eve", "west")
    await place(firm, "Acme", "west")
    await place(firm, "Acme", "east", effective_on=date(2017, 4, 1))
    await firm.win("crm.1", "1000")
    await firm.win("crm.2", "1000", booked_on=MAY)
    assert [await earned(firm, "eve", period) for period in ("2017-Q1", "2017-Q2")] == ["100.00", ""]
    [line] = (await firm.statement("eve"))["sections"][0]["lines"]
    assert (line["credit"]["source"], line["credit"]["credited_as"]) == ("territory", "owner")


async def test_a_deal_nobody_owns_still_counts_in_its_territory(firm: Company) -> None:
    await firm.settle()
    await firm.hire("eve")
    await paid_by(firm, "eve", {"source": "territory", "role": "owner"})
    await define(firm, "west")
    await place(firm, "Acme", "west")
    await firm.win("crm.1", "1000", owner=person("stranger"))
    await firm.derive()
    await hold(firm, "eve", "west")
    assert await earned(firm, "eve") == "100.00"


async def test_holders_are_each_credited_with_all_or_with_equal_parts_as_the_rule_says(firm: Company) -> None:
    await firm.settle()
    await define(firm, "west")
    await place(firm, "Acme", "west")
    for who, holders in (("eve", "each"), ("tom", "equally"), ("pat", "equally")):
        await firm.hire(who)
        await paid_by(firm, who, {"source": "territory", "role": "overlay", "holders": holders})
        await hold(firm, who, "west", "overlay")
    await firm.win("crm.1", "1000")
    assert [await earned(firm, who) for who in ("eve", "tom", "pat")] == ["100.00", "33.33", "33.33"]
    parts = [(await firm.statement(who))["sections"][0]["lines"][0]["credit"]["percent"] for who in ("tom", "pat")]
    assert sum(map(Decimal, parts)) < 67


async def test_the_holders_of_territories_above_are_credited_where_the_rule_says_so(firm: Company) -> None:
    await firm.settle()
    for who, parents in (("eve", True), ("tom", False)):
        await firm.hire(who)
        await paid_by(firm, who, {"source": "territory", "role": "owner", "parents": parents})
        await hold(firm, who, "americas")
    await place(firm, "Acme", "west")
    await firm.win("crm.1", "1000")
    assert [await earned(firm, who) for who in ("eve", "tom")] == ["", ""]
    await define(firm, "west", parent="americas")
    assert [await earned(firm, who) for who in ("eve", "tom")] == ["100.00", ""]


async def test_who_gives_a_territory_back_is_credited_no_more(firm: Company) -> None:
    await firm.settle()
    await firm.hire("eve")
    await paid_by(firm, "eve", {"source": "territory", "role": "owner"})
    await place(firm, "Acme", "west")
    await hold(firm, "eve", "west")
    await firm.win("crm.1", "1000")
    assert await earned(firm, "eve") == "100.00"
    contract = TerritoryAssignmentEndedV1(
        territory_id="west", person_id="eve", role="owner", starts_on=JANUARY, ends_on=date(2017, 2, 2)
    )
    await firm.tell("goals", "territory-west", contract)
    assert await earned(firm, "eve") == ""


async def test_an_account_that_falls_in_no_territory_is_an_exception_until_it_is_placed(firm: Company) -> None:
    await firm.settle()
    await firm.hire("eve")
    await firm.win("crm.1", "1000")
    assert await firm.exceptions() == []
    await paid_by(firm, "eve", {"source": "territory", "role": "owner"})
    await hold(firm, "eve", "west")
    [waiting] = await firm.exceptions()
    assert (waiting["kind"], waiting["deal_id"]) == ("no_territory", "crm.1")
    assert waiting["amount"] == {"amount": "1000.00", "currency": "USD"}
    await place(firm, "Acme", "west")
    assert await firm.exceptions() == []
    assert await earned(firm, "eve") == "100.00"
