"""What raises the reasons on the worklist, and what administrators and CRMs do about them: acts in somebody's name."""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from compensation.domain.assignment import ASSIGNMENT, AssignPerson
from events.asking import Asking
from events.contracts.goals import RateSetV1
from events.contracts.performance import (
    DealAmendedV1,
    DealOwnerChangedV1,
    DealReopenedV1,
    DealWonV1,
    LineV1,
    UnmatchedOwner,
)
from events.execute import execute
from events.store.ids import new_id
from tests.compensation.company import Company, commission, person, usd
from tests.compensation.crediting import hold, place

FEBRUARY, NEXT_DAY, MARCH = date(2017, 2, 3), date(2017, 2, 4), date(2017, 3, 10)
TARGET = {"components": [commission({"up_to": None, "rate": "100"}, pays="target")]}
UNITS = {
    "measures": [{"id": "bookings", "counts": "units", "rules": ["own"], "interval": "quarter"}],
    "components": [commission({"up_to": None, "rate": "2"}, over="measure", pays="each")],
}
ABOUT_PRO = {"credit_rules": [{"id": "own", "when": {"field": "product", "equals": "GTX Pro"}}]}
EXCHANGE = {"exchange": {"deal": {"kind": "daily", "on": "booking"}}}
BY_TERRITORY: dict[str, Any] = {
    "credit_rules": [{"id": "own", "source": "territory", "role": "owner"}],
}

BY_STAGES: dict[str, Any] = {
    "credit_rules": [{"id": "own", "source": "stages", "stages": [{"stage": "Closing", "weight": "1"}]}],
}

Act = Callable[[Company, str], Awaitable[None]]


def terms(who: str, **said: Any) -> dict[str, Any]:
    """Return what a CRM tells of somebody's deal."""
    told: dict[str, Any] = {
        "owner": person(who),
        "amount": usd("100"),
        "booked_on": FEBRUARY,
        "account": "Acme",
        "product": "GTX Pro",
    }
    return {name: each for name, each in (told | said).items() if each is not None}


async def settle(firm: Company, who: str, **plan: Any) -> None:
    """Hire somebody and publish a plan for them, but no more."""
    await firm.hire(who)
    await firm.publish_plan(f"plan-{who}", **plan)


async def ready(firm: Company, who: str, **plan: Any) -> None:
    """Make somebody one who is paid 5% of what they sell in the first quarter of 2017."""
    await settle(firm, who, **plan)
    await firm.assign(who, f"plan-{who}")
    await firm.quota(who, "2017-Q1", "1000")


async def won(firm: Company, who: str, **said: Any) -> None:
    await firm.deal(DealWonV1, f"crm.{who}", **terms(who, **said))


def sells(plan: dict[str, Any] | None = None, **said: Any) -> Act:
    """Let somebody who could be paid win a deal of which something is wrong."""

    async def raises(firm: Company, who: str) -> None:
        await ready(firm, who, **(plan or {}))
        await won(firm, who, **said)

    return raises


def amended(*changed: str, **said: Any) -> Act:
    """Let the CRM correct the deal."""

    async def resolves(firm: Company, who: str) -> None:
        await firm.deal(DealAmendedV1, f"crm.{who}", changed=changed, **terms(who, **said))

    return resolves


async def owned(firm: Company, who: str) -> None:
    await firm.deal(DealOwnerChangedV1, f"crm.{who}", changed=("owner",), **terms(who))


def of_stranger(*others: str) -> Act:
    """Let a deal be won by a name of the CRM's that nobody has claimed, or that others have."""

    async def raises(firm: Company, who: str) -> None:
        await ready(firm, who)
        for other in others:
            await firm.hire(f"{who}-{other}")
            await firm.claim(f"{who}-{other}", f"h-{who}")
        await won(firm, who, owner=UnmatchedOwner(owner_hash=f"h-{who}"))

    return raises


async def claimed(firm: Company, who: str) -> None:
    await firm.claim(who, f"h-{who}")


async def disputed(firm: Company, who: str) -> None:
    await of_stranger("other")(firm, who)
    await claimed(firm, who)


async def split_by_hand(firm: Company, who: str) -> None:
    body = {"shares": [{"person_id": who, "percent": "100"}], "reason": "The other one has left"}
    assert (await firm.post(f"/v1/splits/crm.{who}", body)).status_code == 200


async def nowhere(firm: Company, who: str) -> None:
    """Let a holder of a territory wait for an account that is nowhere."""
    await ready(firm, who, **BY_TERRITORY)
    await hold(firm, who, "north")
    await won(firm, who, owner=person("somebody"), account="Nowhere")


async def placed(firm: Company, _who: str) -> None:
    await place(firm, "Nowhere", "north")


async def by_stages(firm: Company, who: str) -> None:
    """Let an owner of stages wait for a deal that was in none; the plan pays by them from March on."""
    await settle(firm, who, effective_on="2017-03-01", **BY_STAGES)
    await firm.assign(who, f"plan-{who}", "2017-03-01")
    await firm.quota(who, "2017-Q1", "1000")
    await won(firm, who, booked_on=MARCH, owner=person("somebody"))


async def won_through_a_stage(firm: Company, who: str) -> None:
    """Let the deal be open again, and won by way of a stage."""
    await firm.deal(DealReopenedV1, f"crm.{who}", **terms(who, booked_on=MARCH, stage="Closing"))
    await won(firm, who, booked_on=MARCH, owner=person("somebody"), stage="Won")


async def unassigned(firm: Company, who: str) -> None:
    await settle(firm, who)
    await firm.quota(who, "2017-Q1", "1000")
    await won(firm, who)


async def assigned(firm: Company, who: str) -> None:
    await firm.assign(who, f"plan-{who}")


async def assigned_twice(firm: Company, who: str) -> None:
    """Let two administrators assign somebody at one instant, neither of whom sees what the other does."""
    await ready(firm, who)
    await firm.publish_plan(f"other-{who}")
    command = AssignPerson(
        person_id=who,
        plan_id=f"other-{who}",
        starts_on=date(2017, 1, 1),
        person_is_known=True,
        plan_is_published=True,
    )
    asking = Asking(actor="dan", at=datetime(2017, 1, 1, tzinfo=UTC), correlation_id=new_id())
    await execute(firm.store, ASSIGNMENT, f"{who}~other-{who}", command, asking)
    await won(firm, who)


async def end(firm: Company, assignment: str, on: str) -> None:
    answer = await firm.post(f"/v1/assignments/{assignment}/end", {"ends_on": on})
    assert answer.status_code == 200, answer.text


async def ended(firm: Company, who: str) -> None:
    await end(firm, f"{who}~other-{who}", "2017-01-01")


async def too_early(firm: Company, who: str) -> None:
    await firm.hire(who)
    await firm.publish_plan(f"plan-{who}", "2018-01-01")
    await firm.assign(who, f"plan-{who}")
    await firm.quota(who, "2017-Q1", "1000")
    await won(firm, who)


async def on_another_plan(firm: Company, who: str) -> None:
    await end(firm, f"{who}~plan-{who}", "2017-01-31")
    await firm.publish_plan(f"until-{who}")
    await firm.assign(who, f"until-{who}", "2017-02-01")


async def told_rate(firm: Company, quote: str) -> None:
    for kind in ("daily", "plan"):
        contract = RateSetV1(
            base=quote, quote="USD", kind=kind, effective_on=date(2017, 1, 1), rate=Decimal("1.5"), source="bank"
        )
        await firm.tell("goals", f"rate-{quote}-USD-{kind}", contract)


async def exchanging(firm: Company, who: str) -> None:
    """Let the next version of the plan, from the day of the deal on, say how other currencies are exchanged."""
    plan = (await firm.get(f"/v1/plans/plan-{who}")).json()["versions"][0]["document"]
    plan.pop("in_words")
    revised = await firm.post(f"/v1/plans/plan-{who}/revise", plan | EXCHANGE)
    published = await firm.post(f"/v1/plans/plan-{who}/publish", {"effective_on": FEBRUARY.isoformat()})
    assert (revised.status_code, published.status_code) == (200, 200)
    await told_rate(firm, "EUR")


async def rated(firm: Company, _who: str) -> None:
    await told_rate(firm, "CHF")


def expecting(amount: str, currency: str = "USD") -> Act:
    """Let the quota of the deal's quarter be this."""

    async def acts(firm: Company, who: str) -> None:
        await firm.quota(who, "2017-Q1", amount, currency)

    return acts


def quota_is(amount: str | None, currency: str = "USD") -> Act:
    """Let somebody win a deal in a quarter with a quota of which something is wrong, or with none."""

    async def raises(firm: Company, who: str) -> None:
        await settle(firm, who)
        await firm.assign(who, f"plan-{who}")
        if amount is not None:
            await firm.quota(who, "2017-Q1", amount, currency)
        await won(firm, who)

    return raises


def target_is(currency: str | None) -> Act:
    """Let somebody on a plan that pays target pay be assigned with none, or in another currency."""

    async def raises(firm: Company, who: str) -> None:
        await settle(firm, who, **TARGET)
        target: dict[str, Any] = {} if currency is None else {"target_pay": {"amount": "4000.00", "currency": currency}}
        await firm.assign(who, f"plan-{who}", **target)
        await firm.quota(who, "2017-Q1", "1000")
        await won(firm, who)

    return raises


async def paid_in_pounds(firm: Company, who: str) -> None:
    await settle(firm, who)
    await firm.assign(who, f"plan-{who}", pay_currency="GBP")
    await firm.quota(who, "2017-Q1", "1000")
    await won(firm, who)


async def paid_in_dollars(firm: Company, who: str) -> None:
    await end(firm, f"{who}~plan-{who}", "2017-02-02")
    await firm.assign(who, f"plan-{who}", "2017-02-03")


async def with_target(firm: Company, who: str) -> None:
    await end(firm, f"{who}~plan-{who}", "2017-02-02")
    target = {"amount": "4000.00", "currency": "USD"}
    await firm.assign(who, f"plan-{who}", "2017-02-03", target_pay=target)


def of_lines(*several: str, quantity: str | None = None) -> tuple[LineV1, ...]:
    number = None if quantity is None else Decimal(quantity)
    return tuple(
        LineV1(line_id=f"l{place}", amount=Decimal(amount), quantity=number) for place, amount in enumerate(several)
    )
