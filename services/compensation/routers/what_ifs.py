"""What if a plan said something else, or more deals were won? The same engine over other facts; nothing is stored."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Annotated

from fastapi import APIRouter
from pydantic import ConfigDict, Field

from compensation.domain.document.faults import check
from compensation.domain.engine.facts import person_and_year, person_year
from compensation.domain.engine.summing import YearFacts
from compensation.domain.engine.trace import REASONS
from compensation.domain.engine.version import ENGINE_VERSION
from compensation.domain.plan import PlanIsUnknown
from compensation.domain.statement import sums as money_sums
from compensation.domain.what_if import Change, Outcome, Sum, Thought, Waiting, outcome
from compensation.projections import assignments
from compensation.projections.plans import plan_row
from compensation.projections.what_ifs import changed_years, sums_that_stand
from compensation.routers.credit_answers import money
from compensation.routers.documents import EXAMPLE, DocumentBody
from compensation.routers.readers import audit, must_see, period_named
from compensation.routers.statement_bodies import EngineVersion
from edge.asking import Asker, RoleAsking, Store
from edge.bodies import Answer, Body, Day, Id, MoneyAnswer, MoneyBody, Name
from events.deriver import computed_up_to
from events.domain import Refused, Value
from events.store.session import Reading

PEOPLE_MAX = 500
DEALS_MAX = 1_000

router = APIRouter(prefix="/v1/what-ifs", tags=["what-ifs"])


class WhatIfIsAboutNobody(Refused):
    """A what-if names people, or a plan whose people it is about."""


class WhatIfIsAboutTooMany(Refused):
    """A what-if is about 500 people at most. Name some of them."""


class WhatIfIsOfAYear(Refused):
    """A what-if is of a fiscal year, such as 2017."""


class DocumentHasNoPlan(Refused):
    """A document in a what-if says of which plan it is."""


class ThoughtBody(Body):
    """A deal that is only thought of. All of it is credited to each person whom the what-if is about."""

    amount: MoneyBody
    booked_on: Day
    account: Name | None = None
    product: Name | None = None


class WhatIfBody(Body):
    """What is thought to be otherwise, in which fiscal year, for whom."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={
            "examples": [
                {
                    "year": "2017",
                    "person_ids": ["p-17"],
                    "deals": [{"amount": {"amount": "5000.00", "currency": "USD"}, "booked_on": "2017-03-20"}],
                },
                {"year": "2017", "plan_id": "accelerated-2017", "document": EXAMPLE, "effective_on": "2017-07-01"},
            ]
        },
    )

    year: Annotated[str, Field(max_length=20, examples=["2017"])]
    person_ids: Annotated[
        list[Id] | None,
        Field(max_length=PEOPLE_MAX, description="Everybody who was ever on the plan if none is named."),
    ] = None
    plan_id: Id | None = None
    document: Annotated[DocumentBody | None, Field(description="What the plan would say.")] = None
    effective_on: Annotated[
        Day | None, Field(description="From when on, in place of what holds then or begins later; else all year.")
    ] = None
    deals: Annotated[list[ThoughtBody], Field(max_length=DEALS_MAX)] = []

    def change(self) -> Change:
        """Return what is thought to be otherwise. Refuses `PlanIsFaulty` and `DocumentHasNoPlan`."""
        document = None if self.document is None else self.document.document()
        if document is not None and self.plan_id is None:
            raise DocumentHasNoPlan
        if document is not None:
            check(document)
        return Change(
            plan_id=self.plan_id,
            document=document,
            effective_on=self.effective_on,
            deals=tuple(thought_of(number, each) for number, each in enumerate(self.deals, 1)),
        )


class SumOfPeriodAnswer(Answer):
    """What a component earns in a period."""

    period: Annotated[str, Field(examples=["2017-Q1"])]
    plan_id: str
    component: str
    tier: int
    earned: MoneyAnswer


class WaitsAnswer(Answer):
    """How many credits of a period would wait, and why."""

    period: str
    plan_id: str | None
    component: str | None
    kind: str
    problem: str
    credit_count: int


class PersonIfAnswer(Answer):
    """What a person earns as it is, what they would earn, and what would wait."""

    person_id: str
    now: list[SumOfPeriodAnswer]
    then: list[SumOfPeriodAnswer]
    waiting: list[WaitsAnswer]


class WhatIfAnswer(Answer):
    """What would be otherwise, for each person and together, beside what is stored up to a position of the log."""

    items: list[PersonIfAnswer]
    now: list[MoneyAnswer]
    then: list[MoneyAnswer]
    computed_up_to: int
    engine_version: EngineVersion


class Found(Value, tag=False):
    """What a what-if is computed from."""

    years: dict[str, YearFacts]
    now: Mapping[str, Sequence[Sum]]
    computed_up_to: int


@router.post("", summary="Ask what would be earned")
async def ask(body: WhatIfBody, store: Store, asker: Asker) -> WhatIfAnswer:
    """Compute a fiscal year with another document of a plan, or with more deals, beside what is earned as it is.

    A document is for comp_admin and finance; more deals for everybody about themselves and whom they may see.
    """
    change = body.change()
    found = await store.read(lambda reading: question(reading, asker, body, change))
    audit(asker, [person_and_year(key)[0] for key in found.years], f"what-if of {body.year}")
    outcomes = await asyncio.to_thread(lambda: {key: outcome(each) for key, each in sorted(found.years.items())})
    then = (each for one in outcomes.values() for each in one.sums)
    now = (each for key in outcomes for each in found.now[key])
    return WhatIfAnswer(
        items=[person_answer(key, found.now[key], each) for key, each in outcomes.items()],
        now=[money(each.amount, each.currency) for each in money_sums((one.currency, one.earned) for one in now)],
        then=[money(each.amount, each.currency) for each in money_sums((one.currency, one.earned) for one in then)],
        computed_up_to=found.computed_up_to,
        engine_version=ENGINE_VERSION,
    )


def question(reading: Reading, asker: RoleAsking, body: WhatIfBody, change: Change) -> Found:
    """Read what a what-if is computed from."""
    position = computed_up_to(reading)
    named = period_named(reading, body.year)
    if named.kind != "year":
        raise WhatIfIsOfAYear(period=body.year)
    if body.document is not None or body.person_ids is None:
        asker.needs("comp_admin", "finance")
    if body.plan_id is not None and plan_row(reading, body.plan_id) is None:
        raise PlanIsUnknown
    people = people_meant(reading, body)
    for person_id in people:
        must_see(reading, asker, person_id, named)
    keys = [person_year(person_id, named.name) for person_id in people]
    return Found(
        years=changed_years(reading, keys, change), now=sums_that_stand(reading, keys), computed_up_to=position
    )


def people_meant(reading: Reading, body: WhatIfBody) -> list[str]:
    """Return the people whom a what-if is about. Refuses `WhatIfIsAboutNobody` and `WhatIfIsAboutTooMany`."""
    if body.person_ids is not None:
        return sorted(set(body.person_ids))
    if body.plan_id is None:
        raise WhatIfIsAboutNobody
    people = sorted(assignments.people_on(reading, body.plan_id))
    if len(people) > PEOPLE_MAX:
        raise WhatIfIsAboutTooMany(count=len(people))
    return people


def thought_of(number: int, body: ThoughtBody) -> Thought:
    """Return a deal that is only thought of."""
    amount = body.amount.money()
    return Thought(
        deal_id=f"what-if-{number:04}",
        amount=amount.amount,
        currency=amount.currency,
        booked_on=body.booked_on,
        account=body.account,
        product=body.product,
    )


def person_answer(key: str, now: Sequence[Sum], then: Outcome) -> PersonIfAnswer:
    """Return what a person earns as it is and would earn."""
    return PersonIfAnswer(
        person_id=person_and_year(key)[0],
        now=[sum_answer(each) for each in now],
        then=[sum_answer(each) for each in then.sums],
        waiting=[waits_answer(each) for each in then.waiting],
    )


def sum_answer(each: Sum) -> SumOfPeriodAnswer:
    """Return the sum of a component and period."""
    return SumOfPeriodAnswer(
        period=each.period,
        plan_id=each.plan_id,
        component=each.component,
        tier=each.tier,
        earned=money(each.earned, each.currency),
    )


def waits_answer(each: Waiting) -> WaitsAnswer:
    """Return what would wait."""
    return WaitsAnswer(
        period=each.period,
        plan_id=each.plan_id or None,
        component=each.component or None,
        kind=each.problem,
        problem=REASONS[each.problem],
        credit_count=each.credit_count,
    )
