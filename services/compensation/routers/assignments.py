"""Assignments: who is paid by which plan, and when."""

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Response
from pydantic import ConfigDict, Field

from compensation.domain.assignment import ASSIGNMENT, SetLeave, assignment_id
from compensation.domain.leave import Leave
from compensation.gathering import Assigning, assign_person, end_assignment
from compensation.projections.assignments import AssignmentRow, listed
from compensation.routers.readers import must_see, seen_by
from edge.asking import Asker, Store
from edge.bodies import Answer, Body, Currency, Day, DoneBody, Id, MoneyAnswer, PageBody, PositiveMoneyBody
from edge.keyset import Paged, read_page
from edge.paging import Paging, page_body
from edge.versions import done
from events.execute import execute
from events.store.session import Reading

LEAVES_MAX = 100
PAIR_PATTERN = r"^[A-Za-z0-9._:~-]{1,161}$"

router = APIRouter(prefix="/v1/assignments", tags=["assignments"])


class AssignmentBody(Body):
    """A person comes onto a plan; the last day may stay open. Both days belong to the assignment."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={
            "examples": [{"person_id": "p-17", "plan_id": "accelerated-2017", "starts_on": "2017-01-01"}]
        },
    )

    person_id: Id
    plan_id: Id
    starts_on: Day
    ends_on: Day | None = None
    target_pay: Annotated[
        PositiveMoneyBody | None,
        Field(description="What a year pays for reaching all quotas exactly."),
    ] = None
    base_pay: Annotated[
        PositiveMoneyBody | None,
        Field(description="What a year pays whatever is reached; a plan's target pay may be a percent of it."),
    ] = None
    pay_currency: Annotated[
        Currency | None, Field(description="What the person is paid in, if that is not the plan's currency.")
    ] = None


class EndBody(Body):
    """The last day of an assignment."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"ends_on": "2017-06-30"}]})

    ends_on: Day


class LeaveBody(Body):
    """Days on leave, both of which belong to it."""

    first_on: Day
    last_on: Day
    reason: Literal["family", "medical", "military", "unpaid", "other"]


class LeavesBody(Body):
    """All days of leave within an assignment."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={
            "examples": [{"leaves": [{"first_on": "2017-02-01", "last_on": "2017-02-14", "reason": "family"}]}]
        },
    )

    leaves: Annotated[list[LeaveBody], Field(max_length=LEAVES_MAX)]


class LeaveAnswer(Answer):
    """Days on leave."""

    first_on: date
    last_on: date
    reason: str


class AssignmentAnswer(Answer):
    """A spell of a person on a plan. `id` is the assignment's, `version` that of its last change."""

    id: str
    person_id: str
    plan_id: str
    starts_on: date
    ends_on: date | None
    target_pay: MoneyAnswer | None
    base_pay: MoneyAnswer | None
    leaves: list[LeaveAnswer]
    pay_currency: str | None
    version: int


AssignmentId = Annotated[str, Path(pattern=PAIR_PATTERN, examples=["p-17~accelerated-2017"])]


@router.post("", status_code=201, summary="Assign a person to a plan")
async def assign(body: AssignmentBody, response: Response, store: Store, asker: Asker) -> DoneBody:
    """Let a published plan pay a person. On one day a person is on one plan."""
    asker.needs("comp_admin")
    wanted = Assigning(
        person_id=body.person_id,
        plan_id=body.plan_id,
        starts_on=body.starts_on,
        ends_on=body.ends_on,
        target_pay=None if body.target_pay is None else body.target_pay.money(),
        base_pay=None if body.base_pay is None else body.base_pay.money(),
        pay_currency=body.pay_currency,
    )
    command = await store.read(lambda reading: assign_person(reading, wanted))
    key = assignment_id(body.person_id, body.plan_id)
    return done(response, await execute(store, ASSIGNMENT, key, command, asker))


@router.post("/{assignment_id}/end", summary="End an assignment")
async def end(assignment_id: AssignmentId, body: EndBody, response: Response, store: Store, asker: Asker) -> DoneBody:
    """Say the last day of an assignment, or another one."""
    asker.needs("comp_admin")
    command = await store.read(lambda reading: end_assignment(reading, assignment_id, body.ends_on))
    return done(response, await execute(store, ASSIGNMENT, assignment_id, command, asker))


@router.post("/{assignment_id}/leaves", summary="Say the days of leave within an assignment")
async def set_leaves(
    assignment_id: AssignmentId, body: LeavesBody, response: Response, store: Store, asker: Asker
) -> DoneBody:
    """Say all days of leave within the latest spell: they replace those that were said before."""
    asker.needs("comp_admin")
    leaves = tuple(Leave(first_on=each.first_on, last_on=each.last_on, reason=each.reason) for each in body.leaves)
    return done(response, await execute(store, ASSIGNMENT, assignment_id, SetLeave(leaves=leaves), asker))


@router.get("", summary="List assignments")
async def list_assignments(
    store: Store,
    asker: Asker,
    page: Paging,
    person_id: Annotated[Id | None, Query(description="Only this person's.")] = None,
    plan_id: Annotated[Id | None, Query(description="Only those to this plan.")] = None,
) -> PageBody[AssignmentAnswer]:
    """List who is on which plan: everyone for those who look after pay, their line for managers, else yourself."""

    def question(reading: Reading) -> Paged[AssignmentRow]:
        if person_id is not None:
            must_see(reading, asker, person_id)
        statement = listed(reading, person_id, plan_id, seen_by(reading, asker))
        return read_page(reading, statement, AssignmentRow, page, by=("assignment_id", "starts_on"))

    return page_body(await store.read(question), assignment_answer)


def assignment_answer(row: AssignmentRow) -> AssignmentAnswer:
    """Return an assignment as it is answered."""
    target, base_pay = row.target(), row.base()
    return AssignmentAnswer(
        id=row.assignment_id,
        person_id=row.person_id,
        plan_id=row.plan_id,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        target_pay=None if target is None else MoneyAnswer.of(target),
        base_pay=None if base_pay is None else MoneyAnswer.of(base_pay),
        leaves=[
            LeaveAnswer(first_on=each.first_on, last_on=each.last_on, reason=each.reason) for each in row.on_leave()
        ],
        pay_currency=row.pay_currency,
        version=row.version,
    )
