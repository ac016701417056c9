"""Objectives of people and teams: set, scored, and seen by whom they concern."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, TypeAlias

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BeforeValidator, ConfigDict, Field, model_validator

from edge.asking import Asker, Store
from edge.bodies import Answer, Body, DoneBody, Id, Name, PageBody, Text, plain_digits
from edge.keyset import Paged
from edge.paging import Paging, page_body
from edge.versions import done, shown
from events.domain import Value
from events.execute import execute
from events.store.session import Reading
from fiscal.calendar import Period
from goals.domain.objective import OBJECTIVE, ObjectiveIsUnknown, ScoreObjective, SetObjective
from goals.domain.subject import Subject, subjects_of
from goals.gathering import period_named, subject_is_known
from goals.projections.objectives import ObjectiveFilter, ObjectiveRow, objective_page, objective_row, served_by
from goals.routers.readers import subjects_seen, those
from goals.routers.words import PeriodName

router = APIRouter(prefix="/v1/objectives", tags=["objectives"])

Percent: TypeAlias = Annotated[str, Field(pattern=r"^[0-9]{1,4}(\.[0-9]{1,8})?$", examples=["85"], strict=True)]
Shown: TypeAlias = Annotated[str | None, BeforeValidator(plain_digits), Field(examples=["85"])]


class ObjectiveBody(Body):
    """What a person or a team sets out to reach in a fiscal period, its weight, and what it serves."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        str_strip_whitespace=True,
        json_schema_extra={
            "examples": [
                {"objective_id": "o-1", "team_id": "central", "name": "Enter retail banking", "period": "2025"},
                {
                    "objective_id": "o-7",
                    "person_id": "p-17",
                    "name": "Win three reference customers",
                    "period": "2025-Q1",
                    "weight": "40",
                    "serves": "o-1",
                },
            ]
        },
    )

    objective_id: Id
    person_id: Id | None = None
    team_id: Id | None = None
    name: Name
    period: PeriodName
    weight: Percent | None = None
    serves: Id | None = None

    @model_validator(mode="after")
    def says_whose(self) -> "ObjectiveBody":
        """Insist on one subject."""
        self.subject()
        return self

    def subject(self) -> Subject:
        """Return whose objective it is."""
        named = subjects_of(self.person_id, self.team_id)
        if len(named) != 1:
            message = "an objective is a person's or a team's: say person_id or team_id"
            raise ValueError(message)
        return named[0]


class ScoreBody(Body):
    """How far the objective was reached, in percent. A reason corrects what was said before."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        str_strip_whitespace=True,
        json_schema_extra={
            "examples": [{"percent": "85"}, {"percent": "100", "reason": "The third contract was signed in time"}]
        },
    )

    percent: Percent
    reason: Text | None = None


class ObjectiveAnswer(Answer):
    """An objective. `percent` is how far it was reached, null until it is scored; `reason` why that was corrected."""

    objective_id: Annotated[str, Field(examples=["o-7"])]
    person_id: str | None
    team_id: str | None
    name: Annotated[str, Field(examples=["Win three reference customers"])]
    period: str
    starts_on: date
    ends_on: date
    weight: Shown
    serves: Annotated[str | None, Field(examples=["o-1"])]
    percent: Shown
    reason: str | None
    version: int


class Asked(Value, tag=False):
    """Which objectives somebody asks for."""

    subjects: tuple[Subject, ...]
    period: str | None
    serves: str | None


async def filter_asked(
    person_id: Annotated[Id | None, Query(description="Of this person; with a team, of both.")] = None,
    team_id: Annotated[Id | None, Query(description="Of this team; with a person, of both.")] = None,
    period: Annotated[PeriodName | None, Query(description="Of this fiscal period only.")] = None,
    serves: Annotated[Id | None, Query(description="Those that serve this objective only.")] = None,
) -> Asked:
    """Return what is asked for."""
    return Asked(subjects=subjects_of(person_id, team_id), period=period, serves=serves)


@router.post("", status_code=201, summary="Set an objective")
async def set_objective(body: ObjectiveBody, response: Response, store: Store, asker: Asker) -> DoneBody:
    """Say what a person or a team sets out to reach. Sent again with other words, it is set anew; its score stays."""
    asker.needs("planner")
    subject, serves = body.subject(), body.serves

    def question(reading: Reading) -> tuple[Period, bool, tuple[str, ...]]:
        above = () if serves is None else served_by(reading, serves)
        return period_named(reading, body.period), subject_is_known(reading, subject), above

    period, is_known, above = await store.read(question)
    command = SetObjective(
        objective_id=body.objective_id,
        subject=subject,
        name=body.name,
        period=period,
        weight=None if body.weight is None else Decimal(body.weight),
        serves=serves,
        above=above,
        subject_is_known=is_known,
    )
    return done(response, await execute(store, OBJECTIVE, body.objective_id, command, asker))


@router.post("/{objective_id}/score", summary="Score an objective")
async def score_objective(
    objective_id: Id, body: ScoreBody, response: Response, store: Store, asker: Asker
) -> DoneBody:
    """Say how far an objective was reached. Sent again with the same percent, it is done already."""
    asker.needs("planner")
    command = ScoreObjective(percent=Decimal(body.percent), reason=body.reason)
    return done(response, await execute(store, OBJECTIVE, objective_id, command, asker))


@router.get("", summary="List objectives")
async def list_objectives(
    store: Store, asker: Asker, page: Paging, asked: Annotated[Asked, Depends(filter_asked)]
) -> PageBody[ObjectiveAnswer]:
    """List the objectives of yourself, your line and your teams, by subject and first day; planners see all."""

    def question(reading: Reading) -> Paged[ObjectiveRow]:
        if asked.period is not None:
            period_named(reading, asked.period)
        subjects = those(subjects_seen(reading, asker), asked.subjects)
        wanted = ObjectiveFilter(subjects=subjects, period=asked.period, serves=asked.serves)
        return objective_page(reading, wanted, page)

    return page_body(await store.read(question), objective_answer)


@router.get("/{objective_id}", summary="Show an objective")
async def show_objective(
    objective_id: Id, request: Request, response: Response, store: Store, asker: Asker
) -> ObjectiveAnswer:
    """Show one objective that you may see; the version is the ETag."""

    def question(reading: Reading) -> ObjectiveRow | None:
        seen, row = subjects_seen(reading, asker), objective_row(reading, objective_id)
        if row is not None:
            those(seen, [Subject(kind=row.subject_kind, id=row.subject_id)])
        return row

    row = await store.read(question)
    if row is None:
        raise ObjectiveIsUnknown
    shown(request, response, row.version)
    return objective_answer(row)


def objective_answer(row: ObjectiveRow) -> ObjectiveAnswer:
    """Return an objective as it is answered."""
    members: dict[str, Any] = {
        f"{kind}_id": row.subject_id if row.subject_kind == kind else None for kind in ("person", "team")
    }
    return ObjectiveAnswer(
        objective_id=row.objective_id,
        name=row.name,
        period=row.period,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        weight=plain_digits(row.weight),
        serves=row.serves,
        percent=plain_digits(row.percent),
        reason=row.reason,
        version=row.version,
        **members,
    )
