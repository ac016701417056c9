"""A company as it is sent to Attain: requests of its people and deliveries of its CRM, in the order they are sent."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from edge.auth import Role
from events.domain import Value

CURRENCY = "USD"
MEASURE = "bookings"
OPERATIONS = "sales-operations"
"""Who sets a company up: `sub` of the tokens for people, calendar, quotas and plans."""


class Request(Value, tag=False):
    """A command over HTTP: where, with what, and who asks in which role."""

    path: str
    body: Mapping[str, Any]
    actor: str
    role: Role


class Stage(Value, tag=False):
    """Requests of one kind; they may be sent side by side, but after those of the stages before."""

    name: str
    requests: tuple[Request, ...]


class Delivery(Value, tag=False):
    """What a CRM says of one deal at an instant of its own time."""

    type: str
    timestamp: datetime
    data: Mapping[str, Any]


class Company(Value, tag=False):
    """A company to load: stages, then what its CRM delivers in time order, then the stages that come last.

    `name` is part of every idempotency key and webhook id. `last` answers with a list that stays empty until the last
    request has succeeded, by which a later start sees that the company is there.
    """

    name: str
    before: tuple[Stage, ...]
    source: str
    deliveries: tuple[Delivery, ...]
    after: tuple[Stage, ...]
    last: str


def money(amount: Decimal | int) -> dict[str, str]:
    """Return an amount as Attain's JSON has it."""
    return {"amount": str(amount), "currency": CURRENCY}


def set_calendar(time_zone: str) -> Request:
    """Let fiscal years be calendar years, and days begin where the company is."""
    body = {"time_zone": time_zone, "first_month": 1, "year_named_by": "end"}
    return Request(path="/goals/v1/calendar", body=body, actor=OPERATIONS, role="planner")


def make_team(team_id: str, name: str, parent_id: str | None = None) -> Request:
    """Make a team."""
    body = without_none({"team_id": team_id, "name": name, "parent_id": parent_id})
    return Request(path="/goals/v1/teams", body=body, actor=OPERATIONS, role="planner")


def hire(  # noqa: PLR0913 what is known of a person, each by name
    *,
    person_id: str,
    name: str,
    hired_on: date,
    owners: Sequence[str] = (),
    team_id: str | None = None,
    manager_id: str | None = None,
    source: str,
) -> Request:
    """Take somebody on; `owners` is what the CRM calls them."""
    body = {
        "person_id": person_id,
        "name": name,
        "hired_on": hired_on.isoformat(),
        "crm_owners": [{"source": source, "owner": owner} for owner in owners],
        "team_id": team_id,
        "manager_id": manager_id,
    }
    return Request(path="/goals/v1/people", body=without_none(body), actor=OPERATIONS, role="hr")


def move(person_id: str, effective_on: date, team_id: str, manager_id: str) -> Request:
    """Let somebody change teams."""
    body = {"effective_on": effective_on.isoformat(), "team_id": team_id, "manager_id": manager_id}
    return Request(path=f"/goals/v1/people/{person_id}/move", body=body, actor=OPERATIONS, role="hr")


def leave(person_id: str, left_on: date) -> Request:
    """Let somebody go."""
    body = {"left_on": left_on.isoformat()}
    return Request(path=f"/goals/v1/people/{person_id}/leave", body=body, actor=OPERATIONS, role="hr")


def set_quota(person_id: str, period: str, amount: Decimal | int) -> Request:
    """Say what somebody is expected to book in a period."""
    body = {"person_id": person_id, "measure": MEASURE, "period": period, "amount": money(amount)}
    return Request(path="/goals/v1/quotas", body=body, actor=OPERATIONS, role="planner")


def draft_plan(plan_id: str, name: str, tiers: Sequence[tuple[str | None, str]]) -> Request:
    """Draft a plan that pays each slice of a quarter's bookings at its tier's rate.

    Tiers are pairs of the percent of quota that they reach up to (none: no end) and the rate in percent.
    """
    table = {
        "kind": "step",
        "over": "attainment",
        "pays": "percent",
        "tiers": [{"up_to": up_to, "rate": rate} for up_to, rate in tiers],
    }
    body = {
        "plan_id": plan_id,
        "name": name,
        "currency": CURRENCY,
        "pays": "quarter",
        "credit_rules": [{"id": "own"}],
        "measures": [
            {"id": MEASURE, "counts": "amount", "rules": ["own"], "interval": "quarter", "quota": MEASURE},
        ],
        "components": [{"id": "commission", "measure": MEASURE, "table": table}],
        "rounding": {"rule": "half_up", "at": "end"},
    }
    return Request(path="/compensation/v1/plans", body=body, actor=OPERATIONS, role="comp_admin")


def publish_plan(plan_id: str, effective_on: date) -> Request:
    """Open a plan for assignments."""
    body = {"effective_on": effective_on.isoformat()}
    return Request(path=f"/compensation/v1/plans/{plan_id}/publish", body=body, actor=OPERATIONS, role="comp_admin")


def assign(person_id: str, plan_id: str, starts_on: date, ends_on: date | None = None) -> Request:
    """Pay somebody by a plan."""
    body = {
        "person_id": person_id,
        "plan_id": plan_id,
        "starts_on": starts_on.isoformat(),
        "ends_on": ends_on and ends_on.isoformat(),
    }
    return Request(path="/compensation/v1/assignments", body=without_none(body), actor=OPERATIONS, role="comp_admin")


def note(author_id: str, about_id: str, text: str, noted_on: date, *, shared: bool) -> Request:
    """Write a coaching note; `shared`: the person whom it is about may read it."""
    body: dict[str, Any] = {
        "about_id": about_id,
        "text": text,
        "noted_on": noted_on.isoformat(),
        "shared_with": [],
        "shared_with_subject": shared,
    }
    return Request(path="/feedback/v1/notes", body=body, actor=author_id, role="manager")


def without_none(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return a body without the members that say nothing."""
    return {name: value for name, value in body.items() if value is not None}
