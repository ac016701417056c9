"""A case of a worked example as it is sent over HTTP: people, plan, quotas, assignments, then the deals of the CRM."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from attain.acceptance.example import Activity, Case, Deal, Posted, Rate
from attain.company import (
    CURRENCY,
    OPERATIONS,
    Company,
    Delivery,
    Request,
    Stage,
    hire,
    publish_plan,
    set_calendar,
    without_none,
)
from attain.webhooks import DEVELOPMENT_SOURCE

HIRED_ON = date(2020, 1, 1)
BEGINS_AT = time(9, tzinfo=UTC)
BOOKINGS = "bookings"

NOBODY_YET = Company(
    name="acceptance",
    before=(Stage(name="calendar", requests=(set_calendar("UTC"),)),),
    source=DEVELOPMENT_SOURCE,
    deliveries=(),
    after=(),
    last="",
)
"""The company before anybody is hired: its calendar, in which years are calendar years."""


def company_of(case: Case, name: str) -> Company:
    """Return the part of the company that a case needs. All of its ids begin with the case's name."""
    stages = (
        ("managers", [hired(name, each) for each in case.paid]),
        ("line", [hired(name, each, case.paid[0]) for each in case.line]),
        ("rates", [told_rate(case, each) for each in case.rates]),
        ("draft", [draft(each, document) for each, document in plans_of(name, case).items()]),
        ("publication", [publish_plan(each, HIRED_ON) for each in plans_of(name, case)]),
        ("revision", revised(name, case)),
        ("next publication", [publish_plan(name, day) for day, _ in following(case)]),
        ("quotas", [quota(name, person, *each) for person in case.paid for each in case.quotas.items()]),
        ("assignments", [assigned(name, person, case) for person in case.paid]),
        ("results", [result(name, case.paid[0], each) for each in case.results]),
        ("activities", [activity(name, number, each) for number, each in enumerate(case.activities, 1)]),
    )
    return Company(
        name=name,
        before=tuple(Stage(name=stage, requests=tuple(requests)) for stage, requests in stages),
        source=DEVELOPMENT_SOURCE,
        deliveries=tuple(each for number, deal in enumerate(case.deals, 1) for each in told(name, number, deal)),
        after=(Stage(name="invoices", requests=tuple(invoices(name, case))),),
        last="",
    )


def person_id_of(name: str, person: str) -> str:
    """Return a person's id."""
    return f"{name}-{person}"


def deal_id_of(name: str, number: int) -> str:
    """Return the id of a case's deal, as the CRM knows it."""
    return f"{name}-deal-{number}"


def known_deal_id(name: str, number: int) -> str:
    """Return the id of a case's deal, as statements have it: two CRMs may use one id for different deals."""
    return f"{DEVELOPMENT_SOURCE}.{deal_id_of(name, number)}"


def owner_of(name: str, person: str) -> str:
    """Return what the CRM calls a person."""
    return f"{name}.{person}@example.com"


def hired(name: str, person: str, manager: str | None = None) -> Request:
    """Take somebody on."""
    return hire(
        person_id=person_id_of(name, person),
        name=f"{name} {person}",
        hired_on=HIRED_ON,
        owners=(owner_of(name, person),),
        manager_id=None if manager is None else person_id_of(name, manager),
        source=DEVELOPMENT_SOURCE,
    )


def plans_of(name: str, case: Case) -> Mapping[str, Mapping[str, Any]]:
    """Return the case's plan, and those that some people have instead, by their ids."""
    return {name: case.plan} | {person_id_of(name, person): plan for person, plan in case.own_plans.items()}


def draft(plan_id: str, document: Mapping[str, Any]) -> Request:
    """Draft a plan."""
    body = {"plan_id": plan_id} | dict(document)
    return Request(path="/compensation/v1/plans", body=body, actor=OPERATIONS, role="comp_admin")


def quota(name: str, person: str, period: str, amount: str) -> Request:
    """Say what somebody is expected to book in a period."""
    body = {
        "person_id": person_id_of(name, person),
        "measure": BOOKINGS,
        "period": period,
        "amount": {"amount": amount, "currency": CURRENCY},
    }
    return Request(path="/goals/v1/quotas", body=body, actor=OPERATIONS, role="planner")


def told_rate(case: Case, rate: Rate) -> Request:
    """Say what a currency is worth from a day on, in the case's kind of rates."""
    body = {
        "base": rate.base,
        "quote": rate.quote,
        "kind": case.plan["exchange"]["deal"]["kind"],
        "effective_on": rate.effective_on.isoformat(),
        "rate": rate.rate,
        "source": "ECB",
    }
    return Request(path="/goals/v1/rates", body=body, actor=OPERATIONS, role="comp_admin")


def assigned(name: str, person: str, case: Case) -> Request:
    """Pay somebody by the case's plan, or by their own."""
    body = {
        "person_id": person_id_of(name, person),
        "plan_id": person_id_of(name, person) if person in case.own_plans else name,
        "starts_on": HIRED_ON.isoformat(),
        "target_pay": None if case.target_pay is None else {"amount": case.target_pay, "currency": CURRENCY},
        "pay_currency": case.pay_currency,
    }
    if case.base_pay is not None:
        body["base_pay"] = {"amount": case.base_pay, "currency": CURRENCY}
    return Request(path="/compensation/v1/assignments", body=without_none(body), actor=OPERATIONS, role="comp_admin")


def following(case: Case) -> list[tuple[date, Mapping[str, Any]]]:
    """Return the next version of a case's plan, if there is one."""
    return [] if case.next_plan is None else [case.next_plan]


def revised(name: str, case: Case) -> list[Request]:
    """Draft the next version of a case's plan."""
    path = f"/compensation/v1/plans/{name}/revise"
    return [Request(path=path, body=body, actor=OPERATIONS, role="comp_admin") for _, body in following(case)]


def invoices(name: str, case: Case) -> Iterator[Request]:
    """Bill customers for the case's deals."""
    for number, each in enumerate(case.invoices, 1):
        body = {
            "invoice_id": f"{name}-invoice-{number}",
            "deal_id": known_deal_id(name, each.deal),
            "amount": {"amount": each.amount, "currency": CURRENCY},
            "issued_on": each.on.isoformat(),
        }
        yield Request(path="/performance/v1/invoices", body=body, actor=OPERATIONS, role="integration")


def result(name: str, person: str, posted: Posted) -> Request:
    """Post a result of the company or of somebody."""
    body = {
        "name": posted.name,
        "subject_kind": posted.subject_kind,
        "subject_id": person_id_of(name, person) if posted.subject_kind == "person" else "company",
        "period": posted.period,
        "value": posted.value,
        "target": posted.target,
    }
    return Request(path="/performance/v1/results", body=body, actor=OPERATIONS, role="integration")


def activity(name: str, number: int, done: Activity) -> Request:
    """Record what somebody did."""
    body = {
        "activity_id": f"{name}-activity-{number}",
        "kind": done.kind,
        "person_id": person_id_of(name, done.owner),
        "done_on": done.on.isoformat(),
    }
    return Request(path="/performance/v1/activities", body=body, actor=OPERATIONS, role="integration")


def told(name: str, number: int, deal: Deal) -> Iterator[Delivery]:
    """Return what the CRM delivers about a deal: that it is won, then each change of its splits, minute by minute; and
    that its customer cancelled it.
    """
    at = datetime.combine(deal.on, BEGINS_AT) + timedelta(minutes=10 * number)
    deal_id = {"deal_id": deal_id_of(name, number)}
    splits = [[{"owner": owner_of(name, who), "percent": share} for who, share in each.items()] for each in deal.splits]
    won = deal_id | {
        "owner": owner_of(name, deal.owner),
        "amount": deal.amount,
        "currency": deal.currency,
        "product": deal.product,
        "closed_on": deal.on.isoformat(),
        "splits": splits[0] if splits else None,
        "lines": None if deal.margin is None else [{"line_id": "1", "amount": deal.amount, "margin": deal.margin}],
    }
    yield Delivery(type="deal.won", timestamp=at, data=without_none(won))
    for minutes, each in enumerate(splits[1:], 1):
        yield Delivery(type="deal.updated", timestamp=at + timedelta(minutes=minutes), data=deal_id | {"splits": each})
    if deal.cancelled_on is not None:
        cancelled = deal_id | {"cancelled_on": deal.cancelled_on.isoformat()}
        yield Delivery(type="deal.cancelled", timestamp=datetime.combine(deal.cancelled_on, BEGINS_AT), data=cancelled)
