"""What people did is paid: each meeting by itself, on its own day, beside what they sell; what is nobody's waits."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from events.contracts.performance import ActivityRecordedV1, ActivityWithdrawnV1, NumberField, UnmatchedOwner
from tests.compensation.company import ACCELERATED, Company, person

FEBRUARY = date(2017, 2, 3)
MEETINGS = {"id": "meetings", "trigger": "activity", "when": {"field": "activity_kind", "equals": "Meeting"}}


def paid_each(amount: str, measure: str = "meetings", **rest: Any) -> dict[str, Any]:
    tiers = [{"up_to": None, "rate": amount}]
    return {
        "id": "meetings",
        "measure": measure,
        "table": {"kind": "step", "over": "measure", "pays": "each", "tiers": tiers},
    } | rest


def counted(counts: str = "activities", **rest: Any) -> dict[str, Any]:
    return {"id": "meetings", "counts": counts, "rules": ["meetings"], "interval": "quarter"} | rest


async def settle(firm: Company, **changes: Any) -> None:
    """Pay Ada 50 a meeting, by quarter."""
    await firm.set_calendar()
    await firm.hire("ada", manager_id="mia", owners=("h-ada",))
    parts: dict[str, Any] = {
        "credit_rules": [MEETINGS],
        "measures": [counted()],
        "components": [paid_each("50")],
    }
    await firm.publish_plan(**parts | changes)
    await firm.assign("ada")


async def do(firm: Company, activity_id: str, kind: str = "meeting", **said: Any) -> None:
    contract: dict[str, Any] = {"owner": person("ada"), "done_on": FEBRUARY, "account": "acme"} | said
    told = ActivityRecordedV1(activity_id=activity_id, kind=kind, **contract)
    await firm.tell("performance", f"activity-{activity_id}", told)


async def undo(firm: Company, activity_id: str) -> None:
    told = ActivityWithdrawnV1(
        activity_id=activity_id, reason="never held", kind="meeting", owner=person("ada"), done_on=FEBRUARY
    )
    await firm.tell("performance", f"activity-{activity_id}", told)


def earned(statement: dict[str, Any]) -> list[str]:
    return [each["amount"] for each in statement["earned"]]


async def test_a_meeting_is_paid_by_itself(firm: Company) -> None:
    await settle(firm)
    await do(firm, "a-1", count=2, deal_id="crm.9")
    await do(firm, "a-2", "call")
    statement = await firm.statement()
    [section] = statement["sections"]
    [line] = section["lines"]
    assert line["earned"]["amount"] == "100.00"
    document = line["credit"]["document"]
    assert (document["kind"], document["document_id"]) == ("activity", "a-1")
    assert (document["activity_kind"], document["count"], document["amount"]) == ("meeting", 2, None)
    assert (line["credit"]["deal_id"], line["credit"]["amount"]) == ("crm.9", None)
    assert line["credit"]["event"]["event_type"] == "ActivityRecordedV1"
    assert line["sentence"] == (
        "Activity a-1 (meeting, acme, crm.9), done on 2017-02-03, counts 2: 2 at USD 50.00 each = USD 100.00. "
        "Plan accelerated, version 1, meetings."
    )
    text = await firm.get("/v1/statements/ada", period="2017-Q1", accept="text/plain")
    assert "   1  2017-02-03  a-1" in text.text
    assert await firm.exceptions() == []


async def test_a_meeting_that_is_withdrawn_was_never_held(firm: Company) -> None:
    await settle(firm)
    await do(firm, "a-1")
    await do(firm, "a-2")
    assert earned(await firm.statement()) == ["100.00"]
    await undo(firm, "a-1")
    assert earned(await firm.statement()) == ["50.00"]


async def test_a_withdrawal_that_comes_before_the_meeting_counts(firm: Company) -> None:
    await settle(firm)
    firm.told["activity-a-1"] = 1
    await undo(firm, "a-1")
    firm.told["activity-a-1"] = 0
    await do(firm, "a-1")
    assert earned(await firm.statement()) == []


async def test_meetings_of_a_name_that_nobody_claimed_wait(firm: Company) -> None:
    await settle(firm)
    await do(firm, "a-1", owner=UnmatchedOwner(owner_hash="h-new"))
    [waiting] = await firm.exceptions()
    assert (waiting["kind"], waiting["document_id"], waiting["amount"]) == ("unmatched_owner", "a-1", None)
    await firm.claim("ada", "h-ada", "h-new")
    assert await firm.exceptions() == []
    assert earned(await firm.statement()) == ["50.00"]


async def test_without_a_calendar_meetings_wait(firm: Company) -> None:
    await firm.hire("ada")
    await firm.publish_plan(credit_rules=[MEETINGS], measures=[counted()], components=[paid_each("50")])
    await firm.assign("ada")
    await do(firm, "a-1")
    assert [(each["kind"], each["document_id"]) for each in await firm.exceptions()] == [("no_calendar", "a-1")]
    await firm.set_calendar()
    assert earned(await firm.statement()) == ["50.00"]


async def test_nobody_waits_for_calls_that_no_plan_counts(firm: Company) -> None:
    await firm.settle()
    await do(firm, "a-1", owner=UnmatchedOwner(owner_hash="h-new"))
    await do(firm, "a-2")
    assert await firm.exceptions() == []
    assert (await firm.statement())["unpaid"] == []


async def test_meetings_before_the_plan_that_counts_them_wait_for_a_plan(firm: Company) -> None:
    await settle(firm)
    await do(firm, "a-1", done_on=date(2016, 12, 31))
    [waiting] = await firm.exceptions()
    assert (waiting["kind"], waiting["person_id"], waiting["credit_count"]) == ("no_plan", "ada", 1)
    assert waiting["amount"] == {"amount": "0.00", "currency": "USD"}


async def test_a_plan_published_later_pays_for_what_was_done_before(firm: Company) -> None:
    await firm.settle()
    await do(firm, "a-1")
    assert earned(await firm.statement()) == []
    await settle_again(firm)
    assert earned(await firm.statement()) == ["50.00"]


async def settle_again(firm: Company) -> None:
    """Publish a second version of Ada's plan, which pays for meetings too."""
    parts = {"credit_rules": [MEETINGS], "measures": [counted()], "components": [paid_each("50")]}
    answer = await firm.post("/v1/plans/accelerated/revise", ACCELERATED | parts)
    assert answer.status_code == 200, answer.text
    published = await firm.post("/v1/plans/accelerated/publish", {"effective_on": "2017-01-02"})
    assert published.status_code == 200, published.text


async def test_meetings_count_towards_their_own_quota(firm: Company) -> None:
    tiers = [{"up_to": "100", "rate": "10"}, {"up_to": None, "rate": "30"}]
    table = {"kind": "step", "over": "attainment", "pays": "each", "tiers": tiers}
    await settle(firm, measures=[counted(quota="bookings")], components=[paid_each("1") | {"table": table}])
    await do(firm, "a-1", count=3)
    [waiting] = (await firm.statement())["unpaid"]
    assert (waiting["kind"], waiting["credited"]["currency"]) == ("no_quota", "USD")
    await firm.quota("ada", "2017-Q1", "2")
    assert earned(await firm.statement()) == ["50.00"]


async def test_a_number_of_the_crms_own_is_counted_of_activities(firm: Company) -> None:
    await settle(firm, measures=[counted("field", field="guests")])
    await do(firm, "a-1", fields=(NumberField(name="guests", value=Decimal(4)),))
    await do(firm, "a-2")
    statement = await firm.statement()
    assert earned(statement) == ["200.00"]
    assert [each["kind"] for each in statement["unpaid"]] == ["no_number"]


async def test_meetings_and_deals_are_paid_side_by_side(firm: Company) -> None:
    bookings = {"id": "bookings", "counts": "amount", "rules": ["own"], "interval": "quarter"}
    flat = {"kind": "step", "over": "measure", "pays": "percent", "tiers": [{"up_to": None, "rate": "2"}]}
    await settle(
        firm,
        credit_rules=[{"id": "own"}, MEETINGS],
        measures=[bookings, counted()],
        components=[{"id": "commission", "measure": "bookings", "table": flat}, paid_each("50")],
        caps=[{"amount": "60", "over": "document"}],
    )
    await firm.win("crm.1", "5000")
    await do(firm, "crm.1")
    await do(firm, "a-2", deal_id="crm.1")
    statement = await firm.statement()
    assert {each["component"]: each["earned"]["amount"] for each in statement["sections"]} == {
        "commission": "60.00",
        "meetings": "100.00",
    }
    assert statement["credited"] == [{"amount": "5000.00", "currency": "USD"}]


@pytest.mark.parametrize(
    ("changes", "pointer", "detail"),
    [
        (
            {"measures": [counted("amount")]},
            "/measures/0/rules/0",
            "activities are not counted by amount, and meetings is about them",
        ),
        (
            {"credit_rules": [{"id": "meetings"}]},
            "/measures/0/rules/0",
            "deals are not counted by activities, and meetings is about them",
        ),
        (
            {"credit_rules": [MEETINGS | {"source": "roll_up"}]},
            "/credit_rules/0/source",
            "activities are credited to those who did them: own",
        ),
        (
            {"credit_rules": [MEETINGS | {"when": {"field": "amount", "above": "5"}}]},
            "/credit_rules/0/when",
            "activities have no amount",
        ),
        (
            {"components": [paid_each("50", when={"field": "product", "equals": "x"})]},
            "/components/0/when",
            "activities have no product",
        ),
        (
            {
                "components": [
                    paid_each("50")
                    | {
                        "table": {
                            "kind": "step",
                            "over": "measure",
                            "pays": "percent",
                            "tiers": [{"up_to": None, "rate": "5"}],
                        }
                    }
                ]
            },
            "/components/0/table/pays",
            "a percent is of money, and meetings counts activities",
        ),
    ],
)
async def test_a_plan_that_asks_activities_for_what_they_do_not_have_is_refused(
    firm: Company, changes: dict[str, Any], pointer: str, detail: str
) -> None:
    parts = {"credit_rules": [MEETINGS], "measures": [counted()], "components": [paid_each("50")]}
    body = {"plan_id": "p", "name": "P", "currency": "USD", "pays": "quarter"} | parts | changes
    body |= {"rounding": {"rule": "half_up", "at": "end"}}
    answer = await firm.post("/v1/plans", body)
    assert answer.status_code == 422
    assert (pointer, detail) in [(each["pointer"], each["detail"]) for each in answer.json()["errors"]]


async def test_a_plan_says_in_words_which_activities_it_pays(firm: Company) -> None:
    await settle(
        firm, components=[paid_each("50", when={"field": "activity_count", "at_least": "2"}, since="2017-01-01")]
    )
    words = (await firm.get("/v1/plans/accelerated")).json()["in_words"]
    assert words.startswith(
        "USD 50 for each of activities (own activities whose activity kind is Meeting) by quarter; "
        "for activities whose activity count is at least 2; done from 2017-01-01"
    )
